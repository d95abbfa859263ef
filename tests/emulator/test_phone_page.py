"""The phone page in a real browser, against a real emulator: what a person sees and can do."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.emulator.desk import Desk
from tests.emulator.framed_page import FramedPage
from tests.emulator.screen import MOBILE, WANG, shoot, write

pytestmark = pytest.mark.browser
CHINA = ZoneInfo("Asia/Shanghai")
LONG_TERM = "SubMedicationLongTerm0000000000000000000001"
MENU = {
    "button": [
        {
            "name": "我的随访",
            "sub_button": [
                {"type": "view", "name": "随访计划", "url": "PAGE"},
                {"type": "click", "name": "今天的药", "key": "medication"},
            ],
        },
        {"type": "view", "name": "预约体检", "url": "PAGE"},
        {"type": "click", "name": "找护士", "key": "nurse"},
    ]
}


def visit(what: str) -> dict[str, Any]:
    """The values of a follow-up card."""
    return {"thing1": {"value": what}, "time2": {"value": "10:00"}, "thing3": {"value": "内科"}}


def test_a_person_is_picked_from_the_list(page: Page, desk: Desk) -> None:
    desk.act("li-jianguo", "follow")
    page.goto(f"{desk.url}/phone")
    expect(page.get_by_test_id("person-li-jianguo")).to_contain_text("已关注")
    shoot(page, "people")
    page.get_by_test_id(f"person-{WANG}").click()
    expect(page.get_by_role("heading", name="王桂芳的手机")).to_be_visible()


def test_an_unknown_person_leads_back_to_the_list(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/phone/nobody")
    page.wait_for_url(f"{desk.url}/phone")


def test_following_from_the_account_page_opens_the_chat(phone: Page) -> None:
    shoot(phone, "not-following")
    phone.get_by_test_id("account-entry").click()
    shoot(phone, "account")
    phone.get_by_test_id("follow").click()
    expect(phone.get_by_test_id("messages-chat")).to_contain_text("你已关注随护示范医院")


def test_unfollowing_asks_first(chat: Page, desk: Desk) -> None:
    chat.get_by_test_id("open-account").click()
    chat.get_by_test_id("unfollow").click()
    chat.get_by_test_id("sheet-no").click()
    assert desk.look(f"/phone/api/people/{WANG}/state")["followed"] is True
    chat.get_by_test_id("unfollow").click()
    chat.get_by_test_id("sheet-yes").click()
    expect(chat.get_by_test_id("account-entry")).to_be_visible()
    assert desk.look(f"/phone/api/people/{WANG}/state")["followed"] is False


def test_what_the_patient_writes_stands_in_the_chat_and_opens_the_window(chat: Page) -> None:
    write(chat, "182/112 头晕")
    expect(chat.get_by_test_id("messages-chat")).to_contain_text("182/112 头晕")
    expect(chat.get_by_test_id("chat-input")).to_have_value("")
    expect(chat.get_by_test_id("window-line")).to_contain_text("还可回复 5 条")


def test_the_chat_is_written_by_keyboard_alone(chat: Page, desk: Desk) -> None:
    chat.get_by_test_id("chat-input").focus()
    chat.keyboard.type("早上好")
    chat.keyboard.press("Enter")
    expect(chat.get_by_test_id("messages-chat")).to_contain_text("早上好")
    assert desk.chat(WANG)[-1]["content"] == "早上好"


def test_a_picture_is_sent(chat: Page, tmp_path: Path) -> None:
    picture = tmp_path / "meter.png"
    chat.screenshot(path=picture, clip={"x": 0, "y": 0, "width": 60, "height": 80})
    chat.get_by_test_id("chat-image").set_input_files(picture)
    expect(chat.get_by_role("img", name="图片")).to_be_visible()


def test_an_answer_of_the_hospital_is_read_as_text_and_its_link_opens(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    write(chat, "帮助")
    desk.say(WANG, f'<b>您好</b>，点<a href="{hospital_page.url}">这里</a>填写')
    expect(chat.get_by_test_id("messages-chat")).to_contain_text("<b>您好</b>，点这里填写")
    chat.get_by_role("button", name="这里", exact=True).click()
    expect(chat.frame_locator("[data-testid=webview-frame]").locator("h2")).to_have_text("高血压随访")


def test_a_template_card_shows_its_lines_and_opens_its_link_inside_the_phone(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    msgid = desk.remind(WANG, url=hospital_page.url)["msgid"]
    card = chat.get_by_test_id(f"card-{msgid}")
    expect(card).to_contain_text("随访提醒随访项目血压随访随访时间2026年3月2日 10:00随访科室心内科查看详情")
    shoot(chat, "card")
    card.click()
    expect(chat.frame_locator("[data-testid=webview-frame]").locator("h2")).to_have_text("高血压随访")
    shoot(chat, "webview")
    chat.get_by_test_id("webview-close").click()
    expect(chat.get_by_test_id("webview-frame")).to_have_count(0)
    expect(card).to_be_visible()


def test_a_card_without_a_link_leads_nowhere(chat: Page, desk: Desk) -> None:
    msgid = desk.remind(WANG, url="")["msgid"]
    card = chat.get_by_test_id(f"card-{msgid}")
    expect(card).to_contain_text("随访提醒")
    expect(card).not_to_contain_text("查看详情")


def test_a_link_whose_server_is_gone_says_so_and_can_be_tried_again(chat: Page, desk: Desk) -> None:
    gone = FramedPage()
    gone.close()
    msgid = desk.remind(WANG, url=gone.url)["msgid"]
    chat.get_by_test_id(f"card-{msgid}").click()
    expect(chat.get_by_role("alert")).to_contain_text("对方的服务器没有回应")
    expect(chat.get_by_test_id("webview-retry")).to_be_visible()


def test_a_scanned_code_follows_and_opens_the_chat(phone: Page, desk: Desk) -> None:
    scene = {"scene": {"scene_str": "card_7Q2"}}
    wish = {"action_name": "QR_STR_SCENE", "expire_seconds": 600, "action_info": scene}
    code = desk.call("/cgi-bin/qrcode/create", wish)
    phone.get_by_test_id("scan-input").fill(code["url"])
    phone.get_by_test_id("scan-submit").click()
    expect(phone.get_by_test_id("messages-chat")).to_contain_text("你已关注随护示范医院")
    expect(phone.get_by_test_id("code-card_7Q2").first).to_be_visible()


def test_the_scan_sheet_fits_a_small_screen(page: Page, desk: Desk) -> None:
    wish = {
        "action_name": "QR_STR_SCENE",
        "expire_seconds": 600,
        "action_info": {"scene": {"scene_str": "x" * 60}},
    }
    desk.call("/cgi-bin/qrcode/create", wish)
    page.set_viewport_size(MOBILE)
    page.goto(f"{desk.url}/phone/{WANG}")
    page.get_by_test_id("open-scan").click()
    sheet = page.get_by_test_id("sheet-scan")
    expect(sheet.get_by_role("img").or_(sheet.locator(".code")).first).to_be_visible()
    right = page.get_by_test_id("sheet-scan-submit").evaluate(
        "button => button.getBoundingClientRect().right"
    )
    assert right <= MOBILE["width"], "扫描 stands on the screen"
    assert (
        sheet.locator(".code").first.evaluate("code => code.getBoundingClientRect().right") <= MOBILE["width"]
    )


def test_a_code_nobody_made_is_refused_in_words(phone: Page) -> None:
    phone.get_by_test_id("scan-input").fill("随便写的")
    phone.get_by_test_id("scan-submit").click()
    expect(phone.locator("#toast")).to_have_text("没有识别出可用的二维码")


def test_the_menu_unfolds_opens_pages_and_gives_way_to_the_keyboard(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    desk.call("/cgi-bin/menu/create", json.loads(json.dumps(MENU).replace("PAGE", hospital_page.url)))
    chat.get_by_test_id("menu-0").click()
    shoot(chat, "menu")
    chat.get_by_test_id("menu-0-0").click()
    expect(chat.frame_locator("[data-testid=webview-frame]").locator("h2")).to_have_text("高血压随访")
    chat.get_by_test_id("webview-close").click()
    chat.get_by_test_id("menu-2").click()
    expect(chat.get_by_test_id("window-line")).to_contain_text("还可回复 3 条")
    chat.get_by_test_id("to-keyboard").click()
    expect(chat.get_by_test_id("chat-input")).to_be_focused()


def test_an_option_of_a_message_menu_is_tapped(chat: Page, desk: Desk) -> None:
    write(chat, "头晕")
    menu: dict[str, Any] = {
        "head_content": "您现在有下面这些不舒服吗？",
        "list": [{"id": "chest", "content": "胸口疼"}, {"id": "only", "content": "只有头晕"}],
        "tail_content": "点一下就可以回答。",
    }
    message = {"touser": desk.openid(WANG), "msgtype": "msgmenu", "msgmenu": menu}
    desk.call("/cgi-bin/message/custom/send", message)
    chat.get_by_test_id("choice-only").click()
    expect(chat.get_by_test_id("messages-chat").locator(".row-mine").last).to_contain_text("只有头晕")


def test_a_subscription_message_waits_unread_among_the_notices(chat: Page, desk: Desk) -> None:
    desk.act(WANG, "subscribe-popup", template_ids=[LONG_TERM], answers={LONG_TERM: "accept"})
    chat.get_by_test_id("back").first.click()
    message = {
        "touser": desk.openid(WANG, "mp"),
        "template_id": LONG_TERM,
        "page": "pages/doses",
        "data": {
            "thing1": {"value": "氨氯地平 5mg"},
            "time2": {"value": "08:00"},
            "thing3": {"value": "早饭后吃一片"},
        },
    }
    desk.call("/cgi-bin/message/subscribe/send", message, app="mp")
    notices = chat.get_by_test_id("open-notices")
    expect(notices.get_by_label("1 条未读")).to_be_visible()
    shoot(chat, "conversations")
    notices.click()
    expect(chat.get_by_test_id("messages-notices")).to_contain_text("氨氯地平 5mg")
    shoot(chat, "notices")


def test_a_new_card_does_not_move_what_is_being_read(chat: Page, desk: Desk) -> None:
    for number in range(9):
        desk.remind(WANG, data=visit(f"第{number}次"))
    expect(chat.get_by_test_id("messages-chat")).to_contain_text("第8次")
    scroller = chat.locator("#views .view:not([hidden]) .scroller")
    scroller.evaluate("(element) => { element.scrollTop = 40; }")
    desk.remind(WANG, data=visit("最后一次"))
    expect(chat.get_by_role("button", name="有新消息")).to_be_visible()
    assert scroller.evaluate("(element) => element.scrollTop") == 40
    chat.get_by_role("button", name="有新消息").click()
    expect(chat.get_by_text("最后一次")).to_be_in_viewport()


def test_a_reset_empties_the_phone(chat: Page, desk: Desk) -> None:
    write(chat, "留言")
    desk.operate("reset")
    expect(chat.get_by_test_id("account-entry")).to_be_visible()
    expect(chat.get_by_test_id("messages-chat").locator("li")).to_have_count(0)


def test_another_day_at_the_same_hour_is_another_time(phone: Page, desk: Desk) -> None:
    beside = phone.locator("#beside")
    expect(beside).to_contain_text("平台时间")
    tomorrow = datetime.now(CHINA) + timedelta(days=1)
    desk.operate("clock", offset_seconds=86400)
    expect(beside).to_contain_text(f"平台时间 {tomorrow:%Y-%m-%d}")


def test_what_was_said_today_is_of_yesterday_overnight(chat: Page, desk: Desk) -> None:
    when = chat.get_by_test_id("messages-chat").locator(".time-line")
    expect(when).to_have_text(re.compile(r"^\d\d:\d\d$"))
    desk.operate("clock", offset_seconds=86400)
    expect(when).to_have_text(re.compile(r"^昨天 \d\d:\d\d$"))


def test_on_a_small_screen_the_demo_tools_are_one_tap_away(page: Page, desk: Desk) -> None:
    page.set_viewport_size(MOBILE)
    page.goto(f"{desk.url}/phone/{WANG}")
    expect(page.get_by_test_id("scan-input")).to_be_hidden()
    page.get_by_test_id("beside-open").click()
    expect(page.get_by_test_id("scan-input")).to_be_visible()
    page.get_by_test_id("beside-close").click()
    expect(page.get_by_test_id("account-entry")).to_be_visible()


def test_the_policy_allows_no_inline_and_no_foreign_script(desk: Desk, page: Page) -> None:
    for path in ("/phone", f"/phone/{WANG}", "/operator"):
        answer = page.goto(f"{desk.url}{path}")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.locator("script:not([src]), [onclick], [style]:not(textarea)").count() == 0
