"""The story's pictures: each page at phone and desktop width, for a person to look at."""

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Frame, Page, ViewportSize

FOLDER = Path("var/screenshots/story")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}

ENGLISH = re.compile(r"(?<![\w@./:-])[a-z]{3,}(?![\w@./:-])")
"""A word like `upcoming` or `None`'s `none` is a state that nobody gave Chinese words."""
KNOWN = {"mmHg", "mmol", "kg", "wgf"} | {
    "admin",
    "doctor",
    "nurse",
    "pharmacist",
    "dietitian",
    "psychologist",
    "desk",
}


def words_are_chinese(frame: Frame | Page, name: str) -> None:
    """Nobody reads the program's own words."""
    text = frame.locator("body").inner_text()
    strange = {word for word in ENGLISH.findall(text) if word not in KNOWN}
    assert not strange, f"{name}: {sorted(strange)} in {text!r}"


def shoot(
    page: Page, name: str, *, whole: bool = False, sizes: Sequence[ViewportSize] = (PHONE, DESKTOP)
) -> None:
    """Keep `page` at both widths as <name>-390.png and <name>-1440.png, and leave it at the width it had.

    Every page must fit its width: nobody is made to scroll sideways.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    words_are_chinese(page, name)
    before = page.viewport_size
    for size in sizes:
        if page.viewport_size != size:
            page.set_viewport_size(size)
        path = FOLDER / f"{name}-{size['width']}.png"
        page.screenshot(path=path, animations="disabled", caret="initial", full_page=whole)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name}: {width} px wide on a screen of {size['width']} px"
    if before is not None and before != page.viewport_size:
        page.set_viewport_size(before)
