"""The whole hospital as `make demo` runs it, a browser, and who sits in front of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from redis import Redis

from tests.chromium import PATIENCE_MS
from tests.demo_process import Demo
from tests.flows.pictures import DESKTOP, FOLDER, PHONE
from tests.flows.story import Story
from tests.servers import own_database, own_redis

DEMO_REDIS = 15
"""The numbered database of TEST_REDIS_URL that no worker of the suite uses."""


@pytest.fixture
def servers() -> Iterator[dict[str, str]]:
    """Where the demo keeps its rows and its bells: the servers the suite was given, else its own."""
    database, bells = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    with ExitStack() as held:
        found = {}
        if database:
            found["DEMO_DATABASE_URL"] = held.enter_context(own_database(database, "demo"))
        if bells:
            found["DEMO_REDIS_URL"] = own_redis(bells, DEMO_REDIS)
            with Redis.from_url(found["DEMO_REDIS_URL"]) as redis:
                redis.flushdb()
        yield found


@pytest.fixture
def demo(tmp_path: Path, servers: dict[str, str]) -> Iterator[Demo]:
    run = Demo(tmp_path / "demo", "--any-ports", servers=servers)
    yield run
    run.end(signal.SIGTERM)
    run.close()


@pytest.fixture
def story(browser: Browser, demo: Demo) -> Iterator[Story]:
    """Every person in a browser of their own; no page of theirs may fail in its scripts or at the server."""
    troubles: list[str] = []
    windows: list[Page] = []
    with ExitStack() as opened:

        def window(size: ViewportSize) -> Page:
            context = browser.new_context(viewport=size, reduced_motion="reduce", locale="zh-CN")
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            _watch(context, troubles)
            windows.append(context.new_page())
            return windows[-1]

        yield Story(
            emulator_url=_origin(demo.links[0]),
            web_url=_origin(demo.links[1]),
            phone_window=lambda: window(PHONE),
            desk_window=lambda: window(DESKTOP),
        )
        _keep_last_sight(windows)
    assert troubles == []


def _keep_last_sight(windows: list[Page]) -> None:
    """What everybody saw when the story ended, well or not."""
    for number, page in enumerate(windows):
        page.screenshot(path=FOLDER / f"last-{number}.png", animations="disabled")


def _watch(context: BrowserContext, troubles: list[str]) -> None:
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on(
        "console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None
    )
    context.on(
        "response",
        lambda answer: troubles.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )


def _origin(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"
