"""The patient's talk on a small screen in large type: the last answer is read from its start."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.conversations.inbox import write_on_page
from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.patients import sessions
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.factories.ward import Ward, make_ward
from tests.hospital import Served

pytestmark = pytest.mark.browser
LONG = "我从昨天晚上起就睡不好，" * 40


@pytest.fixture
def ward(outside: Outside) -> Ward:
    """王桂芳 reads in large type and has written twenty lines, the last one very long."""
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        found.patient.large_type = True
        for number in range(20):
            words = f"第{number}句" if number < 19 else LONG
            write_on_page(session, found.chat.id, found.patient.id, words, new_id(), clock.now())
    return found


@pytest.fixture
def phone(browser: Browser, outside: Outside, ward: Ward, _served: Served) -> Iterator[Page]:
    with transaction(outside.sessions) as session:
        token = sessions.open_session(session, ward.chat.id, "page", clock.machine())
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=_served.url)
    context.add_cookies([{"name": "suihu_patient", "value": token, "url": _served.url}])
    page = context.new_page()
    yield page
    context.close()


def test_a_long_last_line_is_shown_from_its_start_and_the_head_makes_room(phone: Page) -> None:
    phone.goto("/h5/messages")
    last = phone.locator(".hm-line").last
    expect(last).to_contain_text("我从昨天晚上起")
    phone.wait_for_function("window.scrollY > 0")
    top = last.evaluate("line => line.getBoundingClientRect().top")
    assert 0 <= top < 60, "its first words are on the screen"
    expect(phone.locator(".h5-header")).not_to_be_in_viewport()
    phone.screenshot(path=f"{SHOTS}/talk-large.png", caret="initial")


def test_who_reads_back_is_left_where_she_reads(phone: Page) -> None:
    phone.goto("/h5/messages")
    phone.wait_for_function("window.scrollY > 0")
    phone.evaluate("window.scrollTo(0, 0)")
    phone.wait_for_function("window.scrollY === 0")
    phone.evaluate("document.dispatchEvent(new CustomEvent('suihu:drawn'))")
    assert phone.evaluate("window.scrollY") == 0
