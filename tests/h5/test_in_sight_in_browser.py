"""What went wrong stands above the fixed bar, with the focus; a question stands in the middle."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from app.core import clock
from app.core.db import transaction
from app.wiring import Outside
from tests.factories.booking import make_package, make_site, make_slot

pytestmark = pytest.mark.browser


def above_the_bar(line: Locator, page: Page) -> bool:
    """Whether the whole line is on the screen and the fixed bar does not lie over it."""
    box, bar = line.bounding_box(), page.locator(".h5-bottom").bounding_box()
    assert box is not None and bar is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= bar["y"]


@pytest.mark.usefixtures("large_type")
def test_swapped_pressures_are_said_in_large_type(phone: Page, form_link: str) -> None:
    phone.set_viewport_size({"width": 390, "height": 640})
    phone.goto(form_link)
    phone.get_by_label("高压").fill("82")
    phone.get_by_label("低压").fill("138")
    phone.get_by_role("button", name="下一题").click()
    said = phone.get_by_text("填反了")
    expect(said).to_be_visible()
    expect(phone.locator('[aria-invalid="true"]').first).to_be_focused()
    assert above_the_bar(said, phone)


@pytest.mark.usefixtures("large_type")
def test_a_question_left_open_is_said_in_large_type(phone: Page, form_link: str) -> None:
    phone.set_viewport_size({"width": 390, "height": 640})
    phone.goto(form_link)
    phone.get_by_label("高压").fill("132")
    phone.get_by_label("低压").fill("82")
    phone.get_by_role("button", name="下一题").click()
    expect(phone.get_by_text("第 2 /")).to_be_visible()
    phone.get_by_role("button", name="下一题").click()
    said = phone.locator(".sh-field-error")
    expect(said).to_be_visible()
    assert above_the_bar(said, phone)


@pytest.mark.usefixtures("large_type")
def test_a_booking_without_a_time_says_so(phone: Page, outside: Outside) -> None:
    phone.set_viewport_size({"width": 390, "height": 640})
    with transaction(outside.sessions) as session:
        code, site = make_package(session).code, make_site(session)
        day = clock.start_of(clock.day_of(clock.now()) + timedelta(days=3))
        for hour in (8, 9, 10, 11):
            make_slot(session, day + timedelta(hours=hour), site=site)
    phone.goto(f"/h5/booking/packages/{code}")
    phone.get_by_role("button", name="预约这个时间").click()
    said = phone.get_by_text("请先选一个到达时间")
    expect(said).to_be_visible()
    assert above_the_bar(said, phone)
    phone.get_by_role("radio").nth(1).check()
    expect(said).to_have_count(0)
    phone.get_by_role("button", name="预约这个时间").click()
    expect(phone.get_by_text("预约成功")).to_be_visible()


def test_an_empty_field_is_said_beside_it(phone: Page) -> None:
    phone.goto("/h5/readings")
    phone.get_by_role("button", name="记下来").click()
    said = phone.get_by_text("请填这一项")
    expect(said).to_be_visible()
    expect(phone.get_by_label("高压")).to_be_focused()
    phone.get_by_label("高压").fill("130")
    expect(said).to_have_count(0)


def test_a_question_before_a_deed_stands_in_the_middle(phone: Page) -> None:
    phone.goto("/h5/plan")
    phone.get_by_role("button", name="先暂停一阵子").click()
    box = phone.get_by_role("dialog").bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - 195) < 2
    assert abs(box["y"] + box["height"] / 2 - 422) < 2
