"""Moments, transactions, and what waits for the commit."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import OperationalError, StatementError

from app.core import engines
from app.core.db import Moment, after_commit, changed, read_only, transaction
from app.core.errors import Heeded
from app.staff.tables import Account, Department
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.staff import make_account

CHINA = timezone(timedelta(hours=8))
CENTURY = timedelta(days=36525)


def departments(outside: Outside) -> int:
    with read_only(outside.readers) as session:
        return session.scalar(select(func.count()).select_from(Department)) or 0


@given(st.timedeltas(-CENTURY, CENTURY), st.integers(-12, 14))
def test_a_moment_of_any_zone_comes_back_as_the_same_moment(ahead: timedelta, hours: int) -> None:
    moment = (NOW + ahead).astimezone(timezone(timedelta(hours=hours)))
    kept = Moment().process_bind_param(moment, sqlite.dialect())
    assert kept is not None and kept.tzinfo is None
    assert Moment().process_result_value(kept, sqlite.dialect()) == moment


def test_a_moment_is_kept_to_the_microsecond_in_utc(outside: Outside) -> None:
    moment = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=CHINA)
    with transaction(outside.sessions) as session:
        make_account(session, created_at=moment)
    with read_only(outside.readers) as session:
        kept = session.scalars(select(Account.created_at)).one()
        raw = session.execute(text("SELECT created_at FROM staff_accounts")).scalar_one()
    assert kept == moment
    assert kept.tzinfo is UTC
    assert str(raw).startswith("2026-03-02 02:00:00.123456")


def test_a_moment_without_a_zone_is_refused(outside: Outside) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), transaction(outside.sessions) as session:
        make_account(session, created_at=NOW.replace(tzinfo=None))


def test_mariadb_is_asked_for_the_fraction_of_a_second() -> None:
    assert Moment().compile(mysql.dialect()) == "DATETIME(6)"


def test_a_transaction_is_on_disk_when_it_ends(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.add(Department(site="总院", name="体检中心"))
    assert departments(outside) == 1


def test_an_error_takes_everything_back_and_calls_nothing(outside: Outside) -> None:
    called: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction(outside.sessions) as session:
        session.add(Department(site="总院", name="体检中心"))
        session.flush()
        after_commit(session, lambda: called.append("rung"))
        raise ZeroDivisionError
    assert departments(outside) == 0
    assert called == []


def test_a_refusal_that_must_be_heard_keeps_what_was_written_and_is_still_a_refusal(
    outside: Outside,
) -> None:
    called: list[str] = []
    with pytest.raises(Heeded, match="没有记下"), transaction(outside.sessions) as session:
        session.add(Department(site="总院", name="体检中心"))
        after_commit(session, lambda: called.append("rung"))
        raise Heeded("没有记下")
    assert (departments(outside), called) == (1, ["rung"])


def test_what_waits_for_the_commit_is_called_once_in_order_and_sees_the_rows(outside: Outside) -> None:
    called: list[tuple[str, int]] = []

    def note(word: str) -> None:
        called.append((word, departments(outside)))

    with transaction(outside.sessions) as session:
        after_commit(session, lambda: note("first"), key="bell")
        after_commit(session, lambda: note("second"))
        after_commit(session, lambda: note("again"), key="bell")
        after_commit(session, lambda: note("third"))
        session.add(Department(site="总院", name="体检中心"))
        assert called == []
    assert called == [("first", 1), ("second", 1), ("third", 1)]


def test_nothing_waits_over_from_one_transaction_to_the_next(outside: Outside) -> None:
    called: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction(outside.sessions) as session:
        after_commit(session, lambda: called.append("the lost one's"))
        raise ZeroDivisionError
    with transaction(outside.sessions):
        pass
    assert called == []


def test_the_database_refuses_to_let_a_screen_write(outside: Outside) -> None:
    with pytest.raises(OperationalError), read_only(outside.readers) as session:
        session.add(Department(site="总院", name="体检中心"))
        session.flush()
    with pytest.raises(OperationalError), read_only(outside.readers) as session:
        session.execute(delete(Department))
    assert departments(outside) == 0


def test_changed_says_how_many_rows_an_update_found(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.add_all([Department(site="总院", name=name) for name in ("体检中心", "内科")])
    with transaction(outside.sessions) as session:
        assert changed(session, text("UPDATE departments SET site = '分院' WHERE name = '内科'")) == 1
        assert changed(session, text("UPDATE departments SET site = '分院' WHERE name = '外科'")) == 0
        # The same value again is found again, on MariaDB too: a claim must not depend on it.
        assert changed(session, text("UPDATE departments SET site = '分院' WHERE name = '内科'")) == 1


def test_chinese_in_json_is_stored_as_it_is_written(outside: Outside) -> None:
    assert outside.engine.dialect._json_serializer({"姓名": "王芳"}) == '{"姓名":"王芳"}'


def test_names_that_differ_by_an_accent_or_by_case_are_different(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_account(session, login="li.min")
        make_account(session, login="LI.MIN")
        make_account(session, login="lí.min")
        assert session.scalars(select(Account.login).where(Account.login == "li.min")).all() == ["li.min"]


def test_a_connection_that_the_server_closed_while_it_rested_is_replaced(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "RESTED", 0.0)
    for reads in (False, True):
        engine = engines.open_engine(database_url, read_only=reads)
        with engine.connect() as connection:
            used = connection.connection.driver_connection
        assert used is not None
        used.close()
        with engine.connect() as connection:
            assert connection.scalar(select(1)) == 1
        engine.dispose()
