"""Demo and test only: the hospital's time is asked to move forward, never back; not in production."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import transaction
from app.demo_clock import target_moment
from app.factory import create_app
from app.wiring import Outside
from tests.factories.staff import make_account, sign_in_as


@pytest.fixture
def signed_in(outside: Outside, client: FlaskClient) -> FlaskClient:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
    return client


@pytest.mark.parametrize("step, ahead", [("+1h", timedelta(hours=1)), ("+1d", timedelta(days=1))])
def test_a_step_ahead_is_asked_for(
    outside: Outside, signed_in: FlaskClient, step: str, ahead: timedelta
) -> None:
    before = clock.now()
    answer = signed_in.post("/demo/clock", json={"to": step})
    assert answer.status_code == 200
    target = target_moment(outside.redis)
    assert target is not None
    assert before + ahead <= target <= clock.now() + ahead
    assert datetime.fromisoformat(answer.json["target"]) == target


def test_the_next_morning_is_one_step_away(outside: Outside, signed_in: FlaskClient) -> None:
    before = clock.now()
    signed_in.post("/demo/clock", json={"to": "morning"})
    target = target_moment(outside.redis)
    assert target is not None
    assert before < target <= clock.now() + timedelta(days=1)
    assert f"{clock.local(target):%H:%M}" == "08:00"


@pytest.mark.parametrize("to", ["2020-01-01T08:00", "2999-01-01T08:00", "gestern", ""])
def test_a_time_that_cannot_be_is_refused_in_words(outside: Outside, signed_in: FlaskClient, to: str) -> None:
    answer = signed_in.post("/demo/clock", json={"to": to}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert target_moment(outside.redis) is None


def test_every_console_page_carries_the_bar(signed_in: FlaskClient) -> None:
    assert "到下一件事" in signed_in.get("/console/alerts").text


def test_nobody_moves_the_time_without_signing_in(client: FlaskClient) -> None:
    assert client.post("/demo/clock", json={"to": "+1d"}).status_code in (302, 401)


def test_production_has_no_such_door(outside: Outside) -> None:
    real = replace(outside, settings=replace(outside.settings, demo_clock_file=None))
    assert "/demo/clock" not in {str(rule) for rule in create_app(real).url_map.iter_rules()}
