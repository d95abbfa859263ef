"""Signing in, never telling which logins exist; accounts made, ended, given a new password."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.audit.tables import Change
from app.audit.trail import Actor
from app.core.db import read_only, transaction
from app.core.errors import Conflict, Invalid
from app.staff import accounts, sessions
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.staff import PASSWORD, make_account

ADMIN = Actor("staff", "administrator")


@pytest.fixture
def nurse(outside: Outside) -> Account:
    with transaction(outside.sessions) as session:
        return make_account(session, role="nurse", login="li.min")


def try_to_sign_in(outside: Outside, login: str, password: str, now: datetime) -> str | None:
    with transaction(outside.sessions) as session:
        return accounts.sign_in(session, login, password, now)


def test_the_right_password_opens_a_session(outside: Outside, nurse: Account, now: datetime) -> None:
    token = try_to_sign_in(outside, " Li.Min ", PASSWORD, now)
    assert token
    with read_only(outside.readers) as session:
        signed_in = sessions.who_is(session, token, now)
    assert signed_in and (signed_in.id, signed_in.role) == (nurse.id, "nurse")


def test_a_wrong_password_and_an_unknown_login_are_refused_alike(
    outside: Outside, nurse: Account, now: datetime
) -> None:
    assert try_to_sign_in(outside, "li.min", "wrong", now) is None
    assert try_to_sign_in(outside, "nobody", "wrong", now) is None


def test_an_ended_account_is_refused_and_its_sessions_end(
    outside: Outside, nurse: Account, now: datetime
) -> None:
    token = try_to_sign_in(outside, "li.min", PASSWORD, now)
    assert token
    with transaction(outside.sessions) as session:
        accounts.deactivate(session, ADMIN, nurse.id, now)
    assert try_to_sign_in(outside, "li.min", PASSWORD, now) is None
    with read_only(outside.readers) as session:
        assert sessions.who_is(session, token, now) is None


def test_nobody_ends_their_own_account(outside: Outside, nurse: Account, now: datetime) -> None:
    with pytest.raises(Conflict) as refused, transaction(outside.sessions) as session:
        accounts.deactivate(session, Actor("staff", nurse.id), nurse.id, now)
    assert refused.value.code == "own_account"


def test_a_new_password_ends_the_old_sessions(outside: Outside, nurse: Account, now: datetime) -> None:
    token = try_to_sign_in(outside, "li.min", PASSWORD, now)
    with transaction(outside.sessions) as session:
        accounts.reset_password(session, ADMIN, nurse.id, "another long one", now)
    assert try_to_sign_in(outside, "li.min", PASSWORD, now) is None
    assert try_to_sign_in(outside, "li.min", "another long one", now)
    with read_only(outside.readers) as session:
        assert token and sessions.who_is(session, token, now) is None


@pytest.mark.parametrize(
    "login, name, role, password, code",
    [
        ("x", "李敏", "nurse", "a long password", "login_shape"),
        ("li min", "李敏", "nurse", "a long password", "login_shape"),
        ("li.min2", " ", "nurse", "a long password", "name_shape"),
        ("li.min2", "李敏", "wizard", "a long password", "role_unknown"),
        ("li.min2", "李敏", "nurse", "123456789", "password_too_short"),
        ("li.min2", "李敏", "nurse", "1212121212121212", "password_weak"),
        ("li.min2", "李敏", "nurse", "my li.min2 password", "password_weak"),
        ("li.min2", "李敏", "nurse", "x1y2" * 40, "password_too_long"),
        ("li.min", "李敏", "nurse", "a long password", "login_taken"),
    ],
)
def test_an_account_needs_sound_fields(
    outside: Outside,
    nurse: Account,
    now: datetime,
    login: str,
    name: str,
    role: str,
    password: str,
    code: str,
) -> None:
    with pytest.raises((Invalid, Conflict)) as refused, transaction(outside.sessions) as session:
        accounts.create(session, ADMIN, login, name, role, password, now)
    assert refused.value.code == code


def test_a_made_account_can_sign_in_and_leaves_a_trail(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        made = accounts.create(session, ADMIN, "Zhang.Wei", "张伟", "doctor", "a long password", now)
    assert try_to_sign_in(outside, "zhang.wei", "a long password", now)
    with read_only(outside.readers) as session:
        rows = session.scalars(select(Change).where(Change.subject_id == made.id)).all()
    assert [row.action for row in rows] == ["created", "signed_in"]


def test_the_password_is_not_in_the_database(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        made = accounts.create(session, ADMIN, "zhang.wei", "张伟", "doctor", "a long password", now)
    assert made.password_hash.startswith("$argon2id$")


def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_all(
    outside: Outside, nurse: Account, now: datetime
) -> None:
    token = try_to_sign_in(outside, "li.min", PASSWORD, now)
    assert token
    with transaction(outside.sessions) as session:
        assert sessions.who_is(session, token, now + timedelta(hours=1, minutes=59))
        assert sessions.who_is(session, token, now + timedelta(hours=2)) is None
        for hour in range(1, 12):
            found = sessions.who_is(session, token, now + timedelta(hours=hour))
            assert found
            sessions.note_seen(session, found.session_id, now + timedelta(hours=hour))
        assert sessions.who_is(session, token, now + timedelta(hours=12)) is None
