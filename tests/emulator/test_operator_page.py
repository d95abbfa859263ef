"""The operator's desk in a real browser: what was called and pushed, and the switches that spoil it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.emulator.desk import Desk
from tests.emulator.receiver import Receiver
from tests.emulator.screen import WANG, shoot

pytestmark = pytest.mark.browser


@pytest.fixture
def operator(page: Page, desk: Desk) -> Iterator[Page]:
    """The desk; faults that a test leaves on are gone with the next test's reset."""
    page.goto(f"{desk.url}/operator")
    yield page


def test_a_call_is_read_with_its_answer(operator: Page, desk: Desk) -> None:
    desk.act(WANG, "follow")
    desk.remind(WANG)
    desk.remind(WANG, template_id="nobody-made-this")
    newest = operator.get_by_test_id("calls").locator("details").first
    expect(newest).to_contain_text("发模板消息")
    expect(newest).to_contain_text("40037")
    newest.locator("summary").click()
    expect(newest).to_contain_text("nobody-made-this")
    expect(newest).to_contain_text("invalid template_id")
    expect(newest).not_to_contain_text(desk.token())


def test_calls_are_filtered_by_path_and_error(operator: Page, desk: Desk) -> None:
    desk.act(WANG, "follow")
    desk.remind(WANG)
    desk.remind(WANG, template_id="nobody-made-this")
    calls = operator.get_by_test_id("calls").locator("li:visible")
    operator.get_by_test_id("filter-path").fill("template/send")
    expect(calls).to_have_count(2)
    operator.get_by_test_id("filter-failed").check()
    expect(calls).to_have_count(1)
    operator.get_by_test_id("filter-errcode").fill("40001")
    expect(calls).to_have_count(0)


def test_a_push_shows_its_answer_and_is_sent_again_spoiled(
    operator: Page, desk: Desk, receiver: Receiver
) -> None:
    desk.act(WANG, "follow")
    push = operator.get_by_test_id("pushes").locator("details").first
    expect(push).to_contain_text("关注")
    expect(push).to_contain_text("医院已收下")
    push.locator("summary").click()
    expect(push).to_contain_text("第 1 次")
    push.get_by_label("怎么推").select_option("old_timestamp")
    push.get_by_role("button", name="推", exact=True).click()
    expect(push.get_by_role("status")).to_contain_text("HTTP 200")
    first, again = receiver.received
    assert again.fields == first.fields
    assert int(again.query["timestamp"]) < int(first.query["timestamp"]) - 80_000
    shoot(operator, "operator")


def test_a_fault_is_switched_on_strikes_and_is_switched_off(operator: Page, desk: Desk) -> None:
    operator.get_by_test_id("fault-kind").select_option("45009")
    operator.get_by_test_id("fault-path").select_option("/cgi-bin/user/info")
    operator.get_by_test_id("fault-times").select_option("")
    operator.get_by_test_id("fault-add").click()
    expect(operator.get_by_test_id("faults")).to_contain_text("今天的次数用完了（45009）查用户资料 · 一直")
    assert desk.ask("/cgi-bin/user/info", openid=desk.openid(WANG))["errcode"] == 45009
    operator.get_by_role("button", name="关掉：今天的次数用完了").click()
    expect(operator.get_by_test_id("faults")).to_have_text("现在没有故障")
    assert "errcode" not in desk.ask("/cgi-bin/user/info", openid=desk.openid(WANG))


def test_any_error_code_can_be_asked_for(operator: Page, desk: Desk) -> None:
    operator.get_by_test_id("fault-kind").select_option("code")
    operator.get_by_test_id("fault-code").fill("43101")
    operator.get_by_test_id("fault-add").click()
    expect(operator.get_by_test_id("faults")).to_contain_text("错误码 43101所有接口 · 还有 1 次")


def test_the_clock_is_moved_and_brought_back(operator: Page, desk: Desk) -> None:
    expect(operator.get_by_test_id("clock-offset")).to_have_text("和电脑的时间一样")
    operator.get_by_test_id("clock-plus-86400").click()
    expect(operator.get_by_test_id("clock-offset")).to_have_text("比电脑的时间快 1 天")
    operator.get_by_test_id("clock-hours").fill("-2.5")
    operator.get_by_test_id("clock-set").click()
    expect(operator.get_by_test_id("clock-offset")).to_have_text("比电脑的时间慢 2 小时 30 分钟")
    operator.get_by_test_id("clock-now-button").click()
    expect(operator.get_by_test_id("clock-offset")).to_have_text("和电脑的时间一样")


def test_a_made_code_is_shown_with_its_scene(operator: Page, desk: Desk) -> None:
    scene = {"scene": {"scene_str": "ward_3"}}
    desk.call(
        "/cgi-bin/qrcode/create",
        {"action_name": "QR_STR_SCENE", "expire_seconds": 600, "action_info": scene},
    )
    codes = operator.get_by_test_id("codes")
    expect(codes).to_contain_text("ward_3")
    expect(codes.locator("img")).to_have_js_property("complete", True)


def test_a_reset_asks_first(operator: Page, desk: Desk) -> None:
    desk.act(WANG, "follow")
    expect(operator.locator("#pushes-count")).to_have_text("共 1 条")
    operator.get_by_test_id("reset").click()
    operator.get_by_role("button", name="取消").click()
    assert desk.look(f"/phone/api/people/{WANG}/state")["followed"] is True
    operator.get_by_test_id("reset").click()
    operator.get_by_test_id("reset-yes").click()
    expect(operator.locator("#pushes-count")).to_have_text("还没有推送过")
    assert desk.look(f"/phone/api/people/{WANG}/state")["followed"] is False
