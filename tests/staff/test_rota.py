"""Who is on duty at a moment."""

from datetime import datetime, timedelta

import pytest

from app.audit.trail import Actor
from app.core.db import read_only, transaction
from app.core.errors import Conflict, Invalid
from app.staff import rota
from app.wiring import Outside
from tests.factories.staff import make_account, make_shift

ADMIN = Actor("staff", "administrator")
HOUR = timedelta(hours=1)


def test_the_nurse_whose_shift_it_is_is_on_duty(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        early, late = make_account(session, name="早班"), make_account(session, name="晚班")
        make_shift(session, early.id, starts_at=now - 8 * HOUR)
        make_shift(session, late.id, starts_at=now)
    with read_only(outside.readers) as session:
        for moment, name in ((now - HOUR, "早班"), (now, "晚班"), (now + 8 * HOUR - HOUR / 60, "晚班")):
            found = rota.on_duty(session, "nurse", moment)
            assert found and found.name == name
        assert rota.on_duty(session, "nurse", now + 8 * HOUR) is None
        assert rota.on_duty(session, "doctor", now) is None


def test_where_shifts_overlap_the_later_one_has_the_duty(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_shift(session, make_account(session, name="早班").id, starts_at=now - 2 * HOUR)
        make_shift(session, make_account(session, name="接班").id, starts_at=now - HOUR)
    with read_only(outside.readers) as session:
        found = rota.on_duty(session, "nurse", now)
        assert found and found.name == "接班"
        assert [each.name for each in rota.all_on_duty(session, now)] == ["接班", "早班"]


def test_somebody_who_left_is_not_on_duty(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_shift(session, make_account(session, active=False).id, starts_at=now - HOUR)
    with read_only(outside.readers) as session:
        assert rota.on_duty(session, "nurse", now) is None


@pytest.mark.parametrize("hours", [0, -1, 24.1])
def test_a_shift_of_impossible_length_is_refused(outside: Outside, now: datetime, hours: float) -> None:
    with pytest.raises(Invalid) as refused, transaction(outside.sessions) as session:
        nurse = make_account(session)
        rota.add_shift(session, ADMIN, nurse.id, now, now + timedelta(hours=hours), now)
    assert refused.value.code == "shift_shape"


def test_nobody_has_two_shifts_at_once_but_may_have_one_after_the_other(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session)
        rota.add_shift(session, ADMIN, nurse.id, now, now + 4 * HOUR, now)
        rota.add_shift(session, ADMIN, nurse.id, now + 4 * HOUR, now + 8 * HOUR, now)
        with pytest.raises(Conflict) as refused:
            rota.add_shift(session, ADMIN, nurse.id, now + 3 * HOUR, now + 5 * HOUR, now)
    assert refused.value.code == "shift_overlaps"


def test_a_shift_taken_off_twice_is_gone_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        shift = make_shift(session, make_account(session).id, starts_at=now)
    for _ in range(2):
        with transaction(outside.sessions) as session:
            rota.remove_shift(session, ADMIN, shift.id, now)
    with read_only(outside.readers) as session:
        assert rota.on_duty(session, "nurse", now) is None
