"""One emulator process and one developer's server for all these tests; each begins with a clean platform."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.emulator.desk import Desk
from tests.emulator.framed_page import FramedPage
from tests.emulator.receiver import Receiver
from tests.emulator.screen import DESKTOP, WANG
from tests.emulator_process import demo_config, start


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def config(receiver: Receiver) -> dict[str, Any]:
    config = demo_config(
        oa={"callback_url": f"{receiver.url}/oa"},
        mp={"callback_url": f"{receiver.url}/mp", "callback_format": "xml"},
    )
    receiver.accounts = {"oa": config["oa"], "mp": config["mp"]}
    return config


@pytest.fixture(scope="session")
def emulator_url(config: dict[str, Any]) -> Iterator[str]:
    process = start(config, options=("--finish-delay-ms", "30", "--retry-gap-ms", "20"))
    yield process.url
    process.stop()


@pytest.fixture
def desk(emulator_url: str, config: dict[str, Any], receiver: Receiver) -> Desk:
    """The emulator with nobody following and the machine's own time."""
    desk = Desk(emulator_url, config, receiver)
    receiver.clear()
    desk.settle()
    desk.operate("config", **config)
    desk.operate("reset")
    receiver.clear()
    return desk


@pytest.fixture(scope="session")
def hospital_page() -> Iterator[FramedPage]:
    page = FramedPage()
    yield page
    page.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser at desktop size that has seen no error in the page's own scripts."""
    # A frame that is still sliding up makes a click inside it miss its button.
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def phone(page: Page, desk: Desk) -> Page:
    """王桂芳's phone, before she follows anything."""
    page.goto(f"{desk.url}/phone/{WANG}")
    return page


@pytest.fixture
def chat(phone: Page, desk: Desk) -> Page:
    """Her chat with the hospital, which she has just followed."""
    desk.act(WANG, "follow")
    phone.goto(f"{desk.url}/phone/{WANG}#chat")
    expect(phone.get_by_test_id("messages-chat")).to_contain_text("你已关注随护示范医院")
    return phone
