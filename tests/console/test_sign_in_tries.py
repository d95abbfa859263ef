"""Guessing a password is stopped where it is done; nobody can lock a nurse out by it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import RateLimitItem
from redis import Redis
from sqlalchemy import func, select

from app.audit.tables import Change
from app.audit.trail import Actor
from app.console.sign_in_tries import ADDRESS, COOKIE, COOKIE_PATH, HERE, LOGIN
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import token_hash
from app.factory import create_app
from app.http.limits import Guesses
from app.launcher.embedded_redis import free_port
from app.staff import accounts
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.staff import PASSWORD, make_account

WARD, STRANGER = "10.1.2.3", "203.0.113.9"


@pytest.fixture
def nurse(outside: Outside) -> Account:
    with transaction(outside.sessions) as session:
        return make_account(session, role="nurse", login="li.min")


def attempt(client: FlaskClient, password: str, address: str = WARD, login: str = "li.min") -> int:
    sent = client.post(
        "/console/login",
        data={"login": login, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )
    return sent.status_code


def another(client: FlaskClient) -> FlaskClient:
    """A browser that nobody has signed in on."""
    return client.application.test_client()


def looked_at(outside: Outside) -> int:
    """How many passwords were compared and found wrong."""
    with read_only(outside.readers) as session:
        refused = select(func.count()).select_from(Change).where(Change.action == "sign_in_refused")
        return session.scalar(refused) or 0


@pytest.mark.usefixtures("nurse")
def test_after_five_wrong_passwords_one_waits_even_with_the_right_one(client: FlaskClient) -> None:
    assert [attempt(client, "wrong") for _ in range(HERE.amount)] == [401] * HERE.amount
    answer = client.post(
        "/console/login",
        data={"login": "li.min", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": WARD},
    )
    assert answer.status_code == 429 and "suihu_staff=" not in str(answer.headers)
    assert 800 < int(answer.headers["Retry-After"]) <= 900


@pytest.mark.usefixtures("nurse")
def test_a_stranger_cannot_lock_a_nurse_out(client: FlaskClient) -> None:
    for _ in range(HERE.amount + 3):
        attempt(another(client), "wrong", STRANGER)
    assert attempt(client, PASSWORD, WARD) == 302


@pytest.mark.usefixtures("nurse")
def test_nor_can_somebody_behind_the_same_address(client: FlaskClient) -> None:
    """The whole hospital may come from one address: this browser has signed in before."""
    assert attempt(client, PASSWORD) == 302
    for _ in range(HERE.amount + 3):
        attempt(another(client), "wrong")
    assert attempt(another(client), PASSWORD) == 429
    assert attempt(client, PASSWORD) == 302


@pytest.mark.usefixtures("nurse")
def test_a_known_browser_is_no_place_to_guess_either(client: FlaskClient, outside: Outside) -> None:
    assert attempt(client, PASSWORD) == 302
    tried = [attempt(client, "wrong") for _ in range(HERE.amount + 3)]
    assert tried == [401] * HERE.amount + [429] * 3
    assert looked_at(outside) == HERE.amount


def test_a_browser_is_known_for_its_own_logins_only(
    client: FlaskClient, outside: Outside, nurse: Account
) -> None:
    with transaction(outside.sessions) as session:
        make_account(session, role="doctor", login="zhang.wei")
    assert attempt(client, PASSWORD, login="zhang.wei") == 302
    for _ in range(HERE.amount):
        attempt(another(client), "wrong")
    assert attempt(client, PASSWORD) == 429
    assert attempt(client, PASSWORD, "10.9.9.9") == 302
    assert attempt(client, PASSWORD, login="zhang.wei") == 302


@pytest.mark.usefixtures("nurse")
def test_a_forged_browser_is_unknown(client: FlaskClient) -> None:
    for _ in range(HERE.amount):
        attempt(client, "wrong")
    client.set_cookie(COOKIE, "WyJhIixbImIiXV0.forged.forged", path=COOKIE_PATH)
    assert attempt(client, PASSWORD) == 429


def tried_before(client: FlaskClient, limit: RateLimitItem, key: str, but: int) -> None:
    """As many wrong tries as the limit bears, but for the last few: comparing passwords takes long."""
    with client.application.app_context():
        for _ in range(limit.amount - but):
            Guesses(limit, key).note_wrong()


def test_guessing_from_many_addresses_becomes_slow(
    client: FlaskClient, outside: Outside, nurse: Account
) -> None:
    assert attempt(client, PASSWORD) == 302
    with read_only(outside.readers) as session:
        guessed = token_hash(accounts.guessed(session, "li.min"))
    tried_before(client, LOGIN, guessed, but=2)
    for place in range(2):
        assert attempt(another(client), "wrong", f"203.0.113.{place}") == 401
    tried = [attempt(another(client), "wrong", f"198.51.100.{place}") for place in range(4)]
    assert tried.count(429) >= 2, tried
    assert attempt(client, PASSWORD, "10.4.4.4") == 302


def test_one_address_cannot_go_through_all_logins(client: FlaskClient, outside: Outside) -> None:
    tried_before(client, ADDRESS, STRANGER, but=2)
    tried = [attempt(another(client), "wrong", STRANGER, f"nobody{number}") for number in range(4)]
    assert tried == [401, 401, 429, 429]


@pytest.mark.usefixtures("nurse")
def test_four_wrong_passwords_and_a_right_one_start_the_count_anew(client: FlaskClient) -> None:
    for _ in range(2):
        fresh = another(client)
        assert [attempt(fresh, "wrong") for _ in range(4)] == [401] * 4
        assert attempt(fresh, PASSWORD) == 302


def test_a_new_password_can_be_used_at_once(client: FlaskClient, outside: Outside, nurse: Account) -> None:
    for _ in range(HERE.amount + 1):
        attempt(client, "wrong")
    with transaction(outside.sessions) as session:
        administrator = Actor("staff", "administrator")
        accounts.reset_password(session, administrator, nurse.id, "another long one", clock.machine())
    assert attempt(client, "another long one") == 302


@pytest.fixture
def alone(_app: Flask, outside: Outside) -> Iterator[FlaskClient]:
    """A web program whose Redis does not answer."""
    redis = Redis.from_url(f"redis://127.0.0.1:{free_port()}/0")
    app = create_app(replace(outside, redis=redis))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client()
    redis.close()


@pytest.mark.usefixtures("nurse")
def test_without_redis_guessing_is_stopped_all_the_same(alone: FlaskClient) -> None:
    tried = [attempt(alone, "wrong") for _ in range(HERE.amount + 1)]
    assert tried == [401] * HERE.amount + [429]
