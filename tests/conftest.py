"""The tests' hospital: a real database, a real Redis, the real WeChat emulator; started once per worker."""

import base64
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from sqlalchemy import text

from app.cli import alembic_config
from app.core import clock
from app.core.config import Settings, from_env
from app.core.db import transaction
from app.factory import create_app
from app.launcher.demo_wechat import emulator_config
from app.launcher.embedded_redis import free_port, server_command, wait_until_up
from app.messaging.templates import use_demo_ids
from app.seeding import SEEDS, seed_content
from app.tables import metadata
from app.wiring import Outside, connect
from bot.callback import callback
from bot.menu import buttons
from jobs.travel import tell_the_emulator
from tests.chromium import chromium
from tests.hospital import Hospital, Json, Served
from tests.servers import own_database, own_redis

# A slow machine is no finding: property tests have no time limit an example.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, ten in the morning in Shanghai: the moment most tests begin at."""


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[str]:
    """A Redis of this worker's own: embedded, or a numbered database of TEST_REDIS_URL."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield own_redis(given, 1 + int(worker_name.removeprefix("gw")))
        return
    port = free_port()
    server = subprocess.Popen(
        server_command(port, tmp_path_factory.mktemp("valkey")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    wait_until_up(url)
    yield url
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a worker: two of Playwright's loops cannot run in one thread."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[str]:
    """A migrated database of this worker's own: SQLite, or one named after TEST_DATABASE_URL's."""
    given = os.environ.get("TEST_DATABASE_URL")
    if not given:
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}"
        command.upgrade(alembic_config(url), "head")
        yield url
        return
    with own_database(given, worker_name) as url:
        command.upgrade(alembic_config(url), "head")
        yield url


OA = {
    "app_id": "wxoa0000000000test",
    "app_secret": "oa-secret",
    "token": "oatoken",
    "aes_key": "o" * 42 + "A",
}
MP = {
    "app_id": "wxmp0000000000test",
    "app_secret": "mp-secret",
    "token": "mptoken",
    "aes_key": "m" * 42 + "A",
}


@pytest.fixture(scope="session")
def app_port() -> int:
    """Where the tests' hospital is served, when a test serves it."""
    return free_port()


@pytest.fixture(scope="session")
def wechat_url(app_port: int) -> Iterator[str]:
    """The WeChat emulator, pushing to where the tests' hospital is served."""
    from tests.emulator_process import start

    config = emulator_config(
        oa=OA,
        mp=MP,
        app_url=f"http://127.0.0.1:{app_port}",
        hospital="随护示范医院",
    )
    process = start(config, options=("--finish-delay-ms", "20", "--retry-gap-ms", "50"))
    yield process.url
    process.stop()


@pytest.fixture(scope="session")
def environ(
    tmp_path_factory: pytest.TempPathFactory,
    database_url: str,
    redis_url: str,
    wechat_url: str,
    app_port: int,
) -> dict[str, str]:
    """The tests' hospital as another process would be told of it."""
    folder = tmp_path_factory.mktemp("hospital")
    told = {
        "SUIHU_ENV": "test",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "test-" * 10,
        "FIELD_KEYS": "k1:" + base64.b64encode(b"1" * 32).decode(),
        "PUBLIC_URL": f"http://127.0.0.1:{app_port}",
        "WECHAT_API_BASE_URL": wechat_url,
        "STORAGE_DIR": str(folder / "files"),
        "DEMO_CLOCK_FILE": str(folder / "clock"),
        "FRAME_ANCESTORS": f"'self' {wechat_url}",
        "LOG_LEVEL": "WARNING",
    }
    for kind, account in (("OA", OA), ("MP", MP)):
        told |= {f"WECHAT_{kind}_{key.upper()}": value for key, value in account.items()}
    return told


@pytest.fixture(scope="session")
def settings(environ: dict[str, str]) -> Settings:
    return from_env(environ)


@pytest.fixture(scope="session")
def _outside(settings: Settings) -> Iterator[Outside]:
    out = connect(settings)
    yield out
    out.close()


@pytest.fixture
def outside(_outside: Outside) -> Iterator[Outside]:
    """The outside world with an empty database and Redis; emptied again afterwards."""
    _outside.redis.flushdb()
    yield _outside
    _empty(_outside)
    clock_file = _outside.settings.demo_clock_file
    assert clock_file is not None
    clock_file.unlink(missing_ok=True)


def _empty(out: Outside) -> None:
    mysql = out.engine.dialect.name in ("mysql", "mariadb")
    with out.engine.begin() as connection:
        connection.execute(text("SET FOREIGN_KEY_CHECKS=0" if mysql else "PRAGMA defer_foreign_keys=ON"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        if mysql:
            connection.execute(text("SET FOREIGN_KEY_CHECKS=1"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def _app(_outside: Outside) -> Flask:
    app = create_app(_outside, programs=[callback])
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client(_app: Flask, outside: Outside) -> FlaskClient:
    """A browser without a page: what comes back is what a person would see. CSRF has its own test."""
    return _app.test_client()


@pytest.fixture(scope="session")
def _served(_outside: Outside, app_port: int) -> Iterator[Served]:
    """The web program behind a real threaded server, CSRF and all."""
    served = Served(create_app(_outside, programs=[callback]), app_port)
    yield served
    served.stop()


@pytest.fixture
def wechat(outside: Outside) -> Iterator[Json]:
    """The emulator with nothing having happened yet; its last pushes are through before the next test."""
    emulator = Json(outside.settings.wechat_api_base_url)
    emulator.post("/operator/api/reset")
    yield emulator
    pushed_within = time.monotonic() + 30
    while any(row["state"] == "pending" for row in emulator.get("/operator/api/callbacks")["callbacks"]):
        assert time.monotonic() < pushed_within, "WeChat is still pushing"
        time.sleep(0.01)


@pytest.fixture
def hospital(_served: Served, outside: Outside, wechat: Json) -> Hospital:
    """The whole hospital but its scheduler: `.url`, `.work(until)`, `.phone("wang")`, `.travel(days=1)`.

    It is ten in the morning of the coming Monday, here and at WeChat. The content is seeded, the menu
    hangs, the templates have the emulator's ids.
    """
    today = clock.local(clock.now())
    monday = today + timedelta(days=7 - today.weekday())
    clock.move_to(monday.replace(hour=10, minute=0, second=0, microsecond=0))
    tell_the_emulator(outside)
    seed_content(outside.sessions, clock.now())
    with transaction(outside.sessions) as session:
        use_demo_ids(session, SEEDS)
    outside.wechat.set_menu(buttons(outside.settings.public_url))
    return Hospital(_served.url, outside)


SHOTS = Path("var/screenshots")
