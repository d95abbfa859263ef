"""A mini-program logs in once, gets its answer again when it was lost, and can end its session."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.core import clock
from app.core.db import read_only, transaction
from app.http.limits import LOGINS
from app.patients.tables import PatientSession, WechatIdentity
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.hospital import Json, Phone


def test_a_login_code_becomes_a_token(stranger: Caller, phone: Phone, outside: Outside) -> None:
    answer = stranger.post("/sessions", code=phone.login_code())
    assert answer.status_code == 201
    assert answer.json is not None and answer.json["activated"] is False
    with read_only(outside.readers) as session:
        identity = session.scalars(select(WechatIdentity)).one()
        assert (identity.openid, identity.app_kind) == (phone.openid("mp"), "mp")
    assert Caller(stranger.client, answer.json["token"]).delete("/sessions/current").status_code == 204


def test_a_login_sent_again_gets_the_same_token(stranger: Caller, phone: Phone, outside: Outside) -> None:
    lost = {"code": phone.login_code(), "request_id": "login-1234"}
    first, second = stranger.post("/sessions", **lost), stranger.post("/sessions", **lost)
    assert first.json == second.json
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(PatientSession)) == 1


@pytest.mark.parametrize("code", ["nobody-gave-this", "used"])
def test_a_code_that_is_not_good_is_refused(stranger: Caller, phone: Phone, code: str) -> None:
    if code == "used":
        code = phone.login_code()
        stranger.post("/sessions", code=code)
    answer = stranger.post("/sessions", code=code)
    assert answer.status_code == 422
    assert answer.json is not None and answer.json["code"] == "wechat_code_refused"


def test_a_silent_wechat_is_said_so(stranger: Caller, phone: Phone, outside: Outside) -> None:
    code = phone.login_code()
    Json(outside.settings.wechat_api_base_url).post(
        "/operator/api/faults", path="/sns/jscode2session", kind="busy", times=1, ms=0
    )
    answer = stranger.post("/sessions", code=code)
    assert answer.status_code == 503
    assert answer.json is not None and answer.json["code"] == "wechat_away"
    assert answer.headers["Retry-After"] == "60"


def test_a_revoked_token_opens_nothing(newcomer: Caller) -> None:
    assert newcomer.delete("/sessions/current").status_code == 204
    again = newcomer.delete("/sessions/current")
    assert again.status_code == 401
    assert again.json is not None and again.json["code"] == "session_expired"
    assert again.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_after_thirty_days(newcomer: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.execute(update(PatientSession).values(ends_at=clock.machine() - timedelta(seconds=1)))
    assert newcomer.delete("/sessions/current").status_code == 401


def test_who_asks_too_often_is_told_when_to_come_back(client: FlaskClient) -> None:
    for _ in range(LOGINS.amount):
        client.post("/api/v1/sessions", json={"code": "invented"})
    answer = client.post("/api/v1/sessions", json={"code": "invented"})
    assert answer.status_code == 429
    assert answer.json is not None and answer.json["code"] == "too_many"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
