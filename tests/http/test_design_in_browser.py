"""The design's own measure: nothing breaks on a phone, and a mark stands beside its first line."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.conftest import SHOTS
from tests.http.test_design_gallery import gallery_app

pytestmark = pytest.mark.browser

OFF_THE_FIRST_LINE = """() => [...document.querySelectorAll('label input')]
  .filter(mark => ['checkbox', 'radio'].includes(mark.type))
  .map(mark => {
    const words = document.createRange();
    words.selectNodeContents(mark.closest('label').querySelector('span'));
    const line = [...words.getClientRects()].find(box => box.width > 0);
    const box = mark.getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - (line.top + line.bottom) / 2);
  })"""
"""Pixels between the middle of each mark and the middle of the first line of its words."""


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, gallery_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    yield page
    page.close()


@pytest.mark.parametrize("path", ["/console", "/h5", "/h5/large"])
def test_a_mark_stands_beside_the_first_line_of_its_words(phone: Page, gallery: str, path: str) -> None:
    phone.goto(f"{gallery}{path}", wait_until="load")
    off = phone.evaluate(OFF_THE_FIRST_LINE)
    assert len(off) >= 5
    assert max(off) <= 3


def test_the_card_sheet_reads_on_a_phone_and_stays_two_columns_on_paper(phone: Page, gallery: str) -> None:
    phone.goto(f"{gallery}/print")
    heads = "() => [...document.querySelectorAll('.service-card header')].map(e => e.offsetHeight)"
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert max(phone.evaluate(heads)) < 60, "the hospital's name stands on one line or two, not on six"
    inside = """() => [...document.querySelectorAll('.service-card')].map(card =>
      Math.max(...[...card.querySelectorAll('*')].map(e => e.getBoundingClientRect().bottom))
      - card.getBoundingClientRect().bottom)"""
    assert max(phone.evaluate(inside)) <= 0, "nothing of a card is cut off"
    sheet = "getComputedStyle(document.querySelector('.card-sheet'))"
    columns = f"() => {sheet}.gridTemplateColumns.split(' ').length"
    assert phone.evaluate(columns) == 1
    phone.emulate_media(media="print")
    assert phone.evaluate(columns) == 2
    phone.set_viewport_size({"width": 794, "height": 1123})
    assert max(phone.evaluate(inside)) <= 0, "nor on paper, in letters that old eyes can read"
    small = """() => Math.min(...[...document.querySelectorAll('.service-card :is(li, p, span, b)')]
      .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    assert phone.evaluate(small) >= 9.5 * 96 / 72
    phone.locator(".card-sheet").first.screenshot(path=f"{SHOTS}/card-sheet.png")
