"""Taken or left out: the last answer counts, and some answers are heard of at once."""

from datetime import datetime, timedelta

import pytest

from app.audit.trail import Actor
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.medication.events import DosesLeft, SideEffectReported, StopReported
from app.medication.intake import skip, take
from app.medication.regimens import stop
from app.medication.reminders import remind_due
from app.medication.tables import Dose
from app.wiring import Outside
from tests.factories.listening import hearing
from tests.factories.medication import doses_of, make_regimen
from tests.factories.patients import make_patient
from tests.factories.ward import make_ward

TOMORROW_AT_EIGHT = timedelta(hours=22)


def test_a_double_tap_is_one_answer(outside: Outside, now: datetime) -> None:
    later = now + TOMORROW_AT_EIGHT
    with hearing(outside, DosesLeft) as heard, transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        remind_due(session, later, 100)
        take(session, ward.patient.id, [dose.id], "tap-1", later)
        take(session, ward.patient.id, [dose.id], "tap-1", later + timedelta(seconds=1))
        take(session, ward.patient.id, [dose.id], "tap-2", later + timedelta(seconds=2))
        assert (dose.state, dose.answered_at) == ("taken", later)
        assert len(heard) == 1


def test_one_tap_may_answer_all_doses_of_the_morning(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        doses = [
            doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now, drug=drug))[0]
            for drug in ("氨氯地平", "阿司匹林")
        ]
        take(session, ward.patient.id, [dose.id for dose in doses], "tap-1", now + TOMORROW_AT_EIGHT)
        assert [dose.state for dose in doses] == ["taken", "taken"]


def test_a_slip_of_the_finger_can_be_mended(outside: Outside, now: datetime) -> None:
    later = now + TOMORROW_AT_EIGHT
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        skip(session, ward.patient.id, [dose.id], "forgot", "tap-1", later)
        take(session, ward.patient.id, [dose.id], "tap-2", later)
        assert (dose.state, dose.reason) == ("taken", None)


@pytest.mark.parametrize(
    "reason, event", [("side_effect", SideEffectReported), ("told_to_stop", StopReported)]
)
def test_staff_hear_of_a_side_effect_and_of_being_told_to_stop(
    outside: Outside, now: datetime, reason: str, event: type
) -> None:
    with hearing(outside, event) as heard, transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        skip(session, ward.patient.id, [dose.id], reason, "tap-1", now + TOMORROW_AT_EIGHT)
        assert [(told.patient_id, told.drug) for told in heard] == [(ward.patient.id, "氨氯地平")]


def test_somebody_elses_dose_is_not_there(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        other = make_patient(session, name="李建国")
        with pytest.raises(NotFound):
            take(session, other.id, [dose.id], "tap-1", now + TOMORROW_AT_EIGHT)


@pytest.mark.parametrize(
    "at, code",
    [
        (timedelta(hours=17, minutes=59), "dose_too_early"),
        (timedelta(days=7, hours=22, minutes=1), "dose_too_late"),
    ],
)
def test_a_dose_is_answered_near_its_time(outside: Outside, now: datetime, at: timedelta, code: str) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        with pytest.raises(Conflict) as refused:
            take(session, ward.patient.id, [dose.id], "tap-1", now + at)
        assert refused.value.code == code


def test_a_stopped_medicine_is_not_answered_for(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        dose_id = doses_of(session, regimen)[0].id
        stop(session, Actor("staff", ward.nurse.id), regimen.id, "换药", now)
        session.expire_all()
        with pytest.raises(Conflict) as refused:
            take(session, ward.patient.id, [dose_id], "tap-1", now + TOMORROW_AT_EIGHT)
        assert refused.value.code == "dose_cancelled"
        assert session.get_one(Dose, dose_id).state == "cancelled"


def test_an_unknown_reason_is_refused(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        with pytest.raises(Invalid) as refused:
            skip(session, ward.patient.id, [dose.id], "weather", "tap-1", now + TOMORROW_AT_EIGHT)
        assert refused.value.code == "reason"


def test_an_old_tap_that_arrives_late_undoes_nothing(outside: Outside, now: datetime) -> None:
    later = now + TOMORROW_AT_EIGHT
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        take(session, ward.patient.id, [dose.id], "tap-1", later)
        skip(session, ward.patient.id, [dose.id], "forgot", "tap-2", later)
        take(session, ward.patient.id, [dose.id], "tap-1", later)
        assert (dose.state, dose.reason) == ("skipped", "forgot")
