"""Who works by keyboard stays where they are when a part of the page is drawn anew."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core import clock
from app.core.db import transaction
from app.staff import sessions
from app.wiring import Outside
from tests.factories.patients import make_patient
from tests.factories.staff import make_account
from tests.hospital import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, outside: Outside, _served: Served) -> Iterator[Page]:
    """The page of a patient, before her nurse."""
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        token = sessions.open_session(session, make_account(session).id, clock.machine())
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=_served.url)
    context.add_cookies([{"name": "suihu_staff", "value": token, "url": _served.url}])
    page = context.new_page()
    page.goto(f"/console/patients/{patient.id}")
    page.wait_for_load_state("load")
    yield page
    context.close()


def test_a_shown_number_is_where_its_button_was(page: Page) -> None:
    page.get_by_role("button", name="显示").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sh-phone a")).to_be_focused(timeout=8000)


def test_another_range_keeps_its_place(page: Page) -> None:
    other = page.locator(".pp-ranges a:not(.active)").first
    words = other.inner_text()
    other.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pp-ranges a.active")).to_have_text(words)
    expect(page.locator(".pp-ranges a.active")).to_be_focused()


def test_after_a_tag_the_next_one_is_at_hand(page: Page) -> None:
    page.get_by_text("加标签").click()
    page.get_by_label("标签", exact=True).fill("独居")
    page.get_by_role("button", name="加上").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tags")).to_contain_text("独居")
    expect(page.locator("#tags :focus")).to_have_count(1)
