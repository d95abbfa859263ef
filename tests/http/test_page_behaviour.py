"""What pages do by themselves, in a real browser under the real policy."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nothing_sent(sample: Flask) -> None:
    sample.extensions["sent"].clear()
    sample.extensions["polls"].clear()


def test_a_double_tap_sends_a_form_once(page: Page, site: str, sample: Flask):
    page.goto(f"{site}/forms")
    page.locator("#plain [name=name]").fill("王秀兰")
    page.locator("#plain button").dblclick(no_wait_after=True)
    expect(page).to_have_title("收到")
    assert [form["request_id"] for form in sample.extensions["sent"]] == ["r-1"]


def test_a_busy_button_says_so_until_the_answer_comes(page: Page, site: str):
    page.goto(f"{site}/forms")
    held: list[Route] = []
    page.route("**/part", lambda route: held.append(route))
    page.locator("#part button").click()
    expect(page.locator("#part button")).to_have_text("正在存…")
    expect(page.locator("#part form")).to_have_attribute("aria-busy", "true")
    held[0].abort()
    expect(page.locator("#part button")).to_have_text("存")


def test_a_deed_is_asked_about_first(page: Page, site: str, sample: Flask):
    page.goto(f"{site}/forms")
    page.locator("#sure button").click()
    expect(page.get_by_role("dialog")).to_contain_text("确定停止？")
    page.get_by_role("button", name="先不").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert sample.extensions["sent"] == []
    page.locator("#sure button").click()
    page.get_by_role("dialog").get_by_role("button", name="停止方案").click()
    expect(page).to_have_title("收到")
    assert [form["request_id"] for form in sample.extensions["sent"]] == ["r-2"]


def test_an_older_phone_is_asked_too(page: Page, site: str, sample: Flask):
    page.add_init_script(
        "delete HTMLFormElement.prototype.requestSubmit;"
        "Object.defineProperty(SubmitEvent.prototype, 'submitter', {get: () => undefined});"
    )
    page.goto(f"{site}/forms")
    page.locator("#sure button").click()
    page.get_by_role("dialog").get_by_role("button", name="停止方案").click()
    expect(page).to_have_title("收到")
    assert [form["request_id"] for form in sample.extensions["sent"]] == ["r-2"]


def test_a_refused_part_shows_its_error_and_gets_the_focus(page: Page, site: str):
    page.goto(f"{site}/forms")
    page.locator("#part button").click()
    expect(page.locator("#part")).to_contain_text("剂量要大于 0")
    expect(page.locator("#part [name=dose]")).to_be_focused()


def test_a_failure_stands_in_the_notice_area(page: Page, site: str):
    page.goto(f"{site}/forms")
    page.locator("#broken").click()
    expect(page.locator("#notices")).to_contain_text("请稍后再试")
    expect(page.locator("#part form")).to_have_count(1)


def test_an_expired_login_is_said_and_the_page_stays(page: Page, site: str):
    page.goto(f"{site}/forms")
    page.locator("#signed-out").click()
    expect(page.locator("#notices")).to_contain_text("登录已过期")
    expect(page.locator("#part form")).to_have_count(1)


def test_a_lost_network_is_said_in_words(page: Page, site: str):
    page.goto(f"{site}/forms")
    page.route("**/part", lambda route: route.abort())
    page.locator("#part button").click()
    expect(page.locator("#notices")).to_contain_text("网络没有连上")


def test_a_polled_part_is_drawn_again_only_when_it_changed(page: Page, site: str, sample: Flask):
    page.goto(f"{site}/forms")
    with page.expect_response(lambda answer: answer.url.endswith("/news") and answer.status == 304):
        expect(page.locator("#news")).to_have_text("没有消息")
    sample.extensions["news"] = "有一条新消息"
    expect(page.locator("#news")).to_have_text("有一条新消息")
    sample.extensions["news"] = "没有消息"
    assert 304 in sample.extensions["polls"]


def test_wechat_gives_the_phone_number_to_the_form(page: Page, site: str, sample: Flask):
    page.goto(f"{site}/shell")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="使用微信手机号").click()
    expect(frame.locator("body")).to_have_text("收到了")
    assert [form["code"] for form in sample.extensions["sent"]] == ["number-code"]


def test_the_manual_way_opens_when_the_person_refuses(page: Page, site: str, sample: Flask):
    page.goto(f"{site}/shell")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#by-hand")).to_be_hidden()
    frame.get_by_role("button", name="同意提醒").click()
    expect(frame.get_by_role("alert")).to_have_text("您没有同意，可以用下面的办法继续。")
    expect(frame.locator("#by-hand")).to_be_visible()
    assert sample.extensions["sent"] == []


def test_the_manual_way_may_have_a_form_of_its_own(page: Page, site: str):
    page.goto(f"{site}/shell-beside")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#by-hand")).to_be_hidden()
    frame.get_by_role("button", name="同意提醒").click()
    expect(frame.locator("#by-hand")).to_be_visible()


def test_the_shell_learns_the_title(page: Page, site: str):
    page.goto(f"{site}/shell")
    expect(page).to_have_title("填手机号")


def test_outside_wechat_the_manual_way_is_open_and_the_button_says_why(page: Page, site: str):
    page.goto(f"{site}/patient")
    expect(page.locator("#by-hand")).to_be_visible()
    page.get_by_role("button", name="使用微信手机号").click()
    expect(page.get_by_role("alert")).to_contain_text("不在微信里")


def test_the_phone_menu_opens_by_keyboard_and_finger(page: Page, site: str):
    page.goto(f"{site}/forms")
    toggle = page.get_by_role("button", name="打开菜单")
    toggle.click()
    expect(page.locator("#menu")).to_have_class(re.compile(r"\bshow\b"))
