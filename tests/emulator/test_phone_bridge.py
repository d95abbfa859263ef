"""What a page inside the phone asks of WeChat, and what the person answers: emulator/pages/BRIDGE.md."""

import json
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.emulator.desk import Desk
from tests.emulator.framed_page import FramedPage
from tests.emulator.screen import WANG, open_questions, shoot

pytestmark = pytest.mark.browser
ONE_TIME = "SubCheckupOneTime00000000000000000000000002"


def bridge_answer(frame: FrameLocator) -> dict[str, Any]:
    expect(frame.locator("#answer")).not_to_be_empty()
    return json.loads(frame.locator("#answer").inner_text())


def grant(desk: Desk, template_id: str) -> dict[str, Any]:
    grants = desk.look(f"/phone/api/people/{WANG}/state")["grants"]
    return next(row for row in grants if row["template_id"] == template_id)


@pytest.mark.parametrize("button, answer", [("bridge-allow", "code"), ("bridge-deny", "user deny")])
def test_the_phone_number_is_given_only_when_allowed(
    chat: Page, desk: Desk, hospital_page: FramedPage, button: str, answer: str
) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#number").click()
    expect(chat.get_by_test_id("sheet-number")).to_contain_text("138****1001")
    shoot(chat, "phone-number")
    chat.get_by_test_id(button).click()
    given = bridge_answer(frame)
    assert given["id"] == "number"
    assert given["ok"] is (answer == "code")
    if given["ok"]:
        code = given["result"]["code"]
        info = desk.call("/wxa/business/getuserphonenumber", {"code": code}, app="mp")["phone_info"]
        assert info["purePhoneNumber"] == "13800001001"
    else:
        assert given["error"] == answer


def test_an_accepted_subscription_earns_one_send(chat: Page, desk: Desk, hospital_page: FramedPage) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#subscribe").click()
    shoot(chat, "subscribe")
    chat.get_by_test_id("bridge-allow").click()
    assert bridge_answer(frame)["result"] == {"answers": {ONE_TIME: "accept"}}
    assert grant(desk, ONE_TIME)["credits"] == 1
    expect(chat.get_by_test_id(f"grant-{ONE_TIME}")).to_contain_text("还可发 1 次")


def test_a_refused_subscription_is_an_answer_and_no_error(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#subscribe").click()
    expect(chat.get_by_test_id("sheet-subscribe")).to_be_visible()
    chat.keyboard.press("Escape")
    given = bridge_answer(frame)
    assert (given["ok"], given["result"]) == (True, {"answers": {ONE_TIME: "reject"}})


def test_a_kept_choice_answers_without_a_sheet(chat: Page, desk: Desk, hospital_page: FramedPage) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#subscribe").click()
    chat.get_by_test_id("subscribe-keep").check()
    chat.get_by_test_id("bridge-allow").click()
    expect(chat.get_by_test_id(f"grant-{ONE_TIME}")).to_contain_text("还可发 1 次")
    frame.locator("#subscribe").click()
    expect(chat.get_by_test_id(f"grant-{ONE_TIME}")).to_contain_text("还可发 2 次")


def test_a_page_scans_sets_its_title_and_closes_itself(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#title").click()
    expect(chat.get_by_test_id("webview-title")).to_have_text("随访 1/3")
    frame.locator("#scan").click()
    shoot(chat, "scan")
    chat.get_by_test_id("sheet-scan-input").fill("86901234567")
    chat.get_by_test_id("sheet-scan-submit").click()
    expect(frame.locator("#answer")).to_contain_text("86901234567")
    frame.locator("#close").click()
    expect(chat.get_by_test_id("webview-frame")).to_have_count(0)


def test_an_unknown_call_is_refused_and_a_foreign_frame_is_not_heard(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#strange").click()
    given = bridge_answer(frame)
    assert (given["ok"], given["error"]) == (False, "unknown call")
    expect(chat.get_by_test_id("webview-title")).not_to_have_text("冒充的标题")


def test_a_login_code_names_the_person(chat: Page, desk: Desk, hospital_page: FramedPage) -> None:
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#login").click()
    code = bridge_answer(frame)["result"]["code"]
    account = desk.config["mp"]
    session = desk.look(
        "/sns/jscode2session",
        appid=account["appid"],
        secret=account["secret"],
        js_code=code,
        grant_type="authorization_code",
    )
    assert session["openid"] == desk.openid(WANG, "mp")


def test_a_page_opens_the_mini_program_on_top_of_itself(
    chat: Page, desk: Desk, hospital_page: FramedPage
) -> None:
    home = {"mp": {**desk.config["mp"], "web_url": hospital_page.url}}
    desk.operate("config", **desk.config | home)
    frame = open_questions(chat, desk, hospital_page)
    frame.locator("#mini").click()
    expect(chat.get_by_test_id("webview-frame")).to_have_count(2)
    top = chat.get_by_test_id("webview-frame").last
    address = top.get_attribute("src") or ""
    assert address.startswith(f"{hospital_page.url}?code=")
    assert address.endswith("&path=pages%2Fplan")
    expect(top.content_frame.locator("h2")).to_have_text("高血压随访")
    shoot(chat, "mini-program")
    chat.get_by_test_id("webview-close").last.click()
    expect(frame.locator("#answer")).to_contain_text('"ok":true')
