"""A regimen is entered once, draws its doses a week ahead, and stops with a reason."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.audit.tables import Change
from app.audit.trail import Actor
from app.core import clock
from app.core.db import contend, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.medication.drawing import draw_ahead
from app.medication.regimens import Prescription, prescribe, stop
from app.medication.tables import Dose, Regimen
from app.wiring import Outside
from tests.factories.medication import doses_of, make_regimen
from tests.factories.ward import make_ward

AMLODIPINE = Prescription("氨氯地平", "5 mg", "qd", date(2026, 3, 2), ("08:00",))


def test_the_first_week_of_doses_is_drawn_from_now_on(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        due = [clock.local(dose.due_at) for dose in doses_of(session, regimen)]
        # It is ten in the morning: today's eight o'clock is over.
        assert [moment.day for moment in due] == [3, 4, 5, 6, 7, 8, 9]
        assert {moment.hour for moment in due} == {8}


def test_doses_are_drawn_on_without_doubling(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now, times=("08:00", "20:00"))
        for days in (0, 1, 2, 2, 5):
            draw_ahead(session, now + timedelta(days=days), 100)
        due = [dose.due_at for dose in doses_of(session, regimen)]
        assert len(due) == len(set(due))
        assert clock.day_of(due[-1]) == date(2026, 3, 14)


def test_doses_end_with_the_regimen(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now, end_on=date(2026, 3, 4))
        assert draw_ahead(session, now + timedelta(days=6), 100) == 0
        assert len(doses_of(session, regimen)) == 2


def test_the_same_request_enters_one_regimen(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        nurse = Actor("staff", ward.nurse.id)
        first = prescribe(session, nurse, ward.patient.id, AMLODIPINE, "r1", now)
        again = prescribe(session, nurse, ward.patient.id, AMLODIPINE, "r1", now)
        assert again.id == first.id
        assert session.scalar(select(func.count()).select_from(Regimen)) == 1


def test_a_second_person_cannot_enter_the_same_medicine(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_regimen(session, ward.patient.id, ward.nurse.id, now)
        with pytest.raises(Conflict) as refused:
            prescribe(session, Actor("staff", ward.nurse.id), ward.patient.id, AMLODIPINE, "r2", now)
        assert refused.value.code == "same_drug"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"drug": " "}, "drug"),
        ({"dose": ""}, "dose"),
        ({"dose": "50000 mg"}, "dose"),
        ({"end_on": date(2026, 3, 1)}, "end_before_start"),
        ({"start_on": date(1, 1, 1)}, "start_on"),
        ({"start_on": date(9999, 12, 31)}, "start_on"),
        ({"frequency": "prn"}, "as_needed"),
        ({"frequency": "sometimes"}, "unknown_frequency"),
        ({"times": ("8点",)}, "dose_time"),
        ({"times": ("08:00", "20:00")}, "dose_times"),
    ],
)
def test_a_regimen_that_does_not_fit_is_refused(
    outside: Outside, now: datetime, change: dict, code: str
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        order = replace(AMLODIPINE, **change)
        with pytest.raises(Invalid) as refused:
            prescribe(session, Actor("staff", ward.nurse.id), ward.patient.id, order, "r1", now)
        assert refused.value.code == code


def test_a_regimen_needs_a_patient(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        with pytest.raises(NotFound):
            prescribe(session, Actor("staff", ward.nurse.id), "nobody", AMLODIPINE, "r1", now)


def test_stopping_cancels_what_is_still_to_come_and_says_why(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        doses_of(session, regimen)[0].state = "taken"
        session.flush()
        stop(session, Actor("staff", ward.nurse.id), regimen.id, "医生换药", now + timedelta(days=2))
        session.expire_all()
        assert [dose.state for dose in doses_of(session, regimen)] == ["taken"] + ["cancelled"] * 6
        assert regimen.stop_reason == "医生换药"


def test_the_first_reason_for_stopping_stays(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        nurse = Actor("staff", ward.nurse.id)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        stop(session, nurse, regimen.id, "医生换药", now)
        assert stop(session, nurse, regimen.id, "别的", now).stop_reason == "医生换药"


def test_entering_and_stopping_leave_their_traces(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        stop(session, Actor("staff", ward.nurse.id), regimen.id, "医生换药", now)
        traces = session.execute(select(Change.action, Change.actor_id).order_by(Change.at, Change.id)).all()
        assert [tuple(trace) for trace in traces] == [
            ("prescribed", ward.nurse.id),
            ("stopped", ward.nurse.id),
        ]


def test_no_dose_is_drawn_for_a_stopped_regimen(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        stop(session, Actor("staff", ward.nurse.id), regimen.id, "医生换药", now)
        draw_ahead(session, now + timedelta(days=30), 100)
        assert session.scalar(select(func.count()).select_from(Dose)) == 7


def test_two_nurses_at_once_enter_one_medicine(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)

    def enter(place: int) -> str:
        nurse = Actor("staff", ward.nurse.id)
        try:
            contend(
                outside.sessions,
                lambda session: prescribe(session, nurse, ward.patient.id, AMLODIPINE, f"r{place}", now),
            )
        except Conflict as refused:
            return refused.code
        return "entered"

    with ThreadPoolExecutor(8) as threads:
        said = sorted(threads.map(enter, range(8)))
    assert said == ["entered"] + ["same_drug"] * 7
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Regimen)) == 1
