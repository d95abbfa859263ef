"""Step 10: a check-up is booked on the phone, reminded of the evening before, and checked in at the desk."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from app.core.clock import CHINA
from tests.flows.story import Story

PACKAGE = "心血管体检套餐"
BAND = "08:30–09:00"
CONFIRMED = "体检预约成功通知"
REMINDER = "体检前提醒"
EVENING = 20
"""The hour of the reminder, the day before."""
BOOKED_FOR = re.compile(r"(\d+) 年 (\d+) 月 (\d+) 日（周.）08:30")


def the_patient_books_a_checkup(story: Story) -> None:
    """Package, day, arrival band: the place is hers, and a card says so."""
    wang = story.phone("wang")
    wang.menu("预约体检")
    package = wang.web.locator(".sh-card", has_text=PACKAGE)
    expect(package).to_contain_text("¥980.00")
    wang.shoot("10-packages")
    package.get_by_role("link", name="选时间").click()
    expect(wang.web.get_by_text("1. 选一天")).to_be_visible()
    wang.shoot("10-calendar")
    another_day = wang.web.locator(".h5-calendar a").nth(1)
    another_day.click()
    expect(another_day).to_have_attribute("aria-current", "date")
    wang.web.locator(".h5-slot", has_text=BAND).click()
    wang.shoot("10-times", on_a_desk=True)
    wang.press("预约这个时间")
    expect(wang.web.get_by_text("预约成功")).to_be_visible()
    wang.shoot("10-booked")
    wang.to_chat()
    expect(wang.cards(CONFIRMED)).to_contain_text(PACKAGE)
    wang.shoot("10-confirmed")


def she_is_reminded_the_evening_before(story: Story) -> None:
    """Once, at eight, with what to mind."""
    desk, wang = story.staff("desk"), story.phone("wang")
    wang.cards(CONFIRMED).click()
    day = _day(wang.web.get_by_text(BOOKED_FOR).inner_text())
    wang.close()
    expect(wang.cards(REMINDER)).to_have_count(0)
    desk.open("/console")
    desk.move_time_to(day - timedelta(days=1) + timedelta(hours=EVENING))
    expect(wang.cards(REMINDER)).to_contain_text("明早空腹带身份证")
    wang.shoot("10-reminder")
    desk.move_time("到早上 8 点")


def the_desk_scans_her_code_once(story: Story) -> None:
    """The QR says who is there; a second scan says that she is there already."""
    desk, wang = story.staff("desk"), story.phone("wang")
    wang.cards(REMINDER).click()
    code = wang.web.locator(".h5-code").inner_text()
    wang.shoot("10-code")
    desk.menu("体检")
    expect(desk.page.get_by_role("row", name="王桂芳")).to_contain_text("已预约")
    desk.shoot("10-desk")
    for words in ("签到成功", "重复签到"):
        desk.page.get_by_label("预约码").fill(code)
        desk.page.locator("form", has_text="预约码").get_by_role("button", name="签到").click()
        expect(desk.page.get_by_text(words, exact=True)).to_be_visible()
        desk.shoot(f"10-desk-{'once' if words == '签到成功' else 'twice'}")
    wang.reload()
    expect(wang.web.get_by_text("您已签到")).to_be_visible()
    wang.shoot("10-arrived")
    wang.close()


def _day(words: str) -> datetime:
    found = BOOKED_FOR.search(words)
    assert found, words
    year, month, day = map(int, found.groups())
    return datetime(year, month, day, tzinfo=CHINA)
