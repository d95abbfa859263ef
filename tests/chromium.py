"""Debian's Chromium for browser tests; where none is installed they are skipped and say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PROGRAM = Path("/usr/bin/chromium")
PATIENCE_MS = 30_000
"""How long a page may take to show what is expected of it: a slow machine is no finding."""
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser, or a skipped test where there is none to run."""
    if not PROGRAM.exists():
        pytest.skip(f"browser tests need Chromium, and {PROGRAM} is not installed")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(PROGRAM), args=_SWITCHES)
        yield browser
        browser.close()
