"""A Redis that hangs: it takes connections and answers nobody. Pages wait for it once, then do without."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import ConnectionError as Refused
from redis import Redis
from redis import TimeoutError as NotAnswered

from app.core.absence import Absence
from app.core.db import transaction
from app.factory import create_app
from app.launcher.embedded_redis import free_port, server_command, wait_until_up
from app.wiring import Outside, connect
from tests.factories.staff import PASSWORD, make_account

ONE_WAIT = 5.0
"""Seconds that one question to Redis may take: app/wiring.py."""


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that has just stopped answering."""
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(server_command(port, tmp_path / "redis"), **quiet)
    url = f"redis://127.0.0.1:{port}/0"
    wait_until_up(url)
    os.kill(server.pid, signal.SIGSTOP)
    yield url
    server.kill()
    server.wait()


@pytest.fixture
def client(outside: Outside, hanging: str) -> Iterator[FlaskClient]:
    """A browser at the program whose Redis hangs."""
    out = connect(replace(outside.settings, redis_url=hanging))
    app = create_app(out)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client()
    out.close()


def test_a_nurse_signs_in_and_sees_her_page_with_a_single_wait(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        login = make_account(session, login="nurse").login
    began = time.monotonic()
    answer = client.post("/console/login", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    page = client.get("/console")
    assert page.status_code == 200 and "演示时间" in page.text
    refused = client.post("/demo/clock", json={"to": "+1d"}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["code"]) == (503, "redis_away")
    assert time.monotonic() - began < 2 * ONE_WAIT + 5


def test_only_who_did_not_answer_is_left_alone_for_a_while() -> None:
    absence = Absence()
    with Redis.from_url(f"redis://127.0.0.1:{free_port()}") as refusing:
        for _ in range(2):
            with pytest.raises(Refused, match="refused"), absence.watched():
                refusing.ping()
    with pytest.raises(NotAnswered), absence.watched():
        raise NotAnswered
    with pytest.raises(NotAnswered, match="a moment ago"), absence.watched():
        pytest.fail("it was asked all the same")
