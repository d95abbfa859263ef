"""A browser and a page of sample parts, served with the policy the real pages have."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import BaseWSGIServer, make_server

from app.http import headers
from tests.http.sample_pages import sample_app


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone-sized page that has neither broken the policy nor failed in a script."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert troubles == []


@pytest.fixture(scope="module")
def sample() -> Flask:
    app = sample_app()
    headers.register(app, "'self'")
    return app


@pytest.fixture(scope="module")
def site(sample: Flask) -> Iterator[str]:
    """The sample pages' address."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, sample, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
