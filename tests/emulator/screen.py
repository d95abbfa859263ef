"""What browser tests of the emulator's pages share: sizes, pictures, and small deeds on the phone."""

from pathlib import Path

from playwright.sync_api import FrameLocator, Page

from tests.emulator.desk import Desk
from tests.emulator.framed_page import FramedPage

SHOTS = Path(__file__).parents[2] / "var/screenshots/emulator"
WANG = "wang-guifang"
DESKTOP = {"width": 1440, "height": 900}
MOBILE = {"width": 390, "height": 844}


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page at both widths, for a person to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for size in (MOBILE, DESKTOP):
        page.set_viewport_size(size)
        page.screenshot(path=SHOTS / f"{name}-{size['width']}.png", animations="disabled")


def write(page: Page, text: str) -> None:
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-send").click()


def open_questions(page: Page, desk: Desk, hospital_page: FramedPage) -> FrameLocator:
    """Send a card that leads to the hospital's page, tap it, and return the page inside the phone."""
    msgid = desk.remind(WANG, url=hospital_page.url)["msgid"]
    page.get_by_test_id(f"card-{msgid}").click()
    return page.frame_locator("[data-testid=webview-frame]")
