"""Redis away: people still log in, and guessing is still slowed down, by each process on its own."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from app.factory import create_app
from app.http.limits import LOGINS
from app.launcher.embedded_redis import free_port
from app.wiring import Outside
from tests.hospital import Json, Phone


@pytest.fixture
def alone(outside: Outside) -> Iterator[FlaskClient]:
    """A web program whose Redis does not answer."""
    redis = Redis.from_url(f"redis://127.0.0.1:{free_port()}/0")
    yield create_app(replace(outside, redis=redis)).test_client()
    redis.close()


def test_a_login_works_but_a_lost_answer_is_lost(alone: FlaskClient, phone: Phone) -> None:
    login = {"code": phone.login_code(), "request_id": "login-1234"}
    assert alone.post("/api/v1/sessions", json=login).status_code == 201
    assert alone.post("/api/v1/sessions", json=login).get_json()["code"] == "wechat_code_refused"


def test_calls_are_counted_all_the_same(alone: FlaskClient) -> None:
    login = {"code": "invented"}
    statuses = [alone.post("/api/v1/sessions", json=login).status_code for _ in range(LOGINS.amount + 1)]
    assert statuses[-2:] == [422, 429]


@pytest.mark.parametrize("code, told", [("given", 201), ("invented", 422)])
def test_a_code_is_used_once_though_redis_goes_while_wechat_answers(
    _app: Flask, outside: Outside, phone: Phone, wechat: Json, code: str, told: int
) -> None:
    """WeChat takes a code once: what it gave is told, though the lock around it is lost."""
    wechat.post("/operator/api/faults", path="/sns/jscode2session", kind="slow", times=1, ms=1500)
    login = {"code": phone.login_code() if code == "given" else code, "request_id": "login-1234"}
    with ThreadPoolExecutor(1) as tap:
        answer = tap.submit(lambda: _app.test_client().post("/api/v1/sessions", json=login))
        deadline = time.monotonic() + 10
        while not outside.redis.keys("suihu:api:answer:*:lock"):
            assert time.monotonic() < deadline, "nobody holds the lock"
        outside.redis.flushdb()
        assert answer.result().status_code == told
    asked = wechat.get("/operator/api/journal", path="/sns/jscode2session", limit=10)["calls"]
    assert len(asked) == 1
