"""The demo's time travels to its target and stops at everything that falls due on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import read_only, transaction
from app.demo_clock import ask_for, clear_target, target_moment
from app.messaging.tables import Message
from jobs.schedule import SCHEDULE
from jobs.travel import travel_if_asked
from tests.factories.messaging import make_message
from tests.factories.patients import make_identity, make_patient
from tests.hospital import Hospital

JOBS = [entry.job for entry in SCHEDULE]
A_STEP = timedelta(minutes=1)
"""More than the machine takes to work off one moment."""


@pytest.fixture
def patient_id(hospital: Hospital) -> str:
    """王桂芳, who follows the service account."""
    phone = hospital.phone("wang")
    phone.follow()
    with transaction(hospital.outside.sessions) as session:
        patient_id = make_patient(session, name="王桂芳").id
        make_identity(session, patient_id, openid=phone.openid())
    hospital.work()
    return patient_id


def travel(hospital: Hospital, target: datetime) -> None:
    """Let the scheduler travel, while this thread is the worker."""
    ask_for(hospital.outside.redis, target)
    with ThreadPoolExecutor(1) as scheduler:
        journey = scheduler.submit(travel_if_asked, hospital.outside, JOBS)
        while not journey.done():
            hospital.work_once()
        journey.result()


def sent(hospital: Hospital) -> dict[str, datetime | None]:
    """{what it is about: when it was sent}"""
    with read_only(hospital.outside.readers) as session:
        rows = session.scalars(select(Message).where(Message.purpose == "booking_confirmed"))
        return {row.dedupe_key: row.sent_at for row in rows}


def test_what_falls_due_on_the_way_happens_in_order_and_in_its_time(
    hospital: Hospital, patient_id: str
) -> None:
    began = clock.now()
    due = {f"test:{days}": began + timedelta(days=days) for days in (3, 1, 2)}
    with transaction(hospital.outside.sessions) as session:
        for dedupe, at in due.items():
            make_message(session, began, "booking_confirmed", dedupe=dedupe, patient_id=patient_id, due_at=at)
    target = began + timedelta(days=2, hours=12)
    travel(hospital, target)
    happened = sent(hospital)
    assert happened.pop("test:3") is None
    for dedupe, at in happened.items():
        assert at is not None and due[dedupe] <= at < due[dedupe] + A_STEP, dedupe
    assert target <= clock.now() < target + A_STEP
    assert target_moment(hospital.outside.redis) is None


def test_wechat_lives_in_the_same_time(hospital: Hospital, patient_id: str) -> None:
    travel(hospital, clock.now() + timedelta(days=3))
    ahead = hospital.emulator.get("/operator/api/clock")["offset_seconds"]
    assert ahead == pytest.approx(clock.offset().total_seconds(), abs=1)


def test_without_a_target_nothing_moves(hospital: Hospital) -> None:
    before = clock.offset()
    travel_if_asked(hospital.outside, JOBS)
    assert clock.offset() == before


def test_a_target_set_during_the_journey_is_the_next_one(hospital: Hospital) -> None:
    first, later = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    ask_for(hospital.outside.redis, later)
    clear_target(hospital.outside.redis, first)
    assert target_moment(hospital.outside.redis) == later
