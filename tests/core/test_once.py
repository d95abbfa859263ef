"""A row is kept once, whoever races."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from app.core.db import transaction
from app.core.once import keep_once
from app.followup.tables import Task
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.patients import make_patient


def task(patient_id: str) -> Task:
    return Task(
        dedupe_key="the same",
        patient_id=patient_id,
        kind="call",
        title="电话",
        purpose="没有回应",
        executor_role="nurse",
        due_at=NOW,
    )


def test_a_second_row_with_the_same_key_is_the_first_one(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        first, was_new = keep_once(session, task(patient.id), Task.dedupe_key)
        second, is_new = keep_once(session, task(patient.id), Task.dedupe_key)
    assert (second.id, was_new, is_new) == (first.id, True, False)


def test_ten_racers_keep_one_row_and_all_get_it(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        patient_id = make_patient(session).id
    start = Barrier(10)

    def race(_: int) -> str:
        start.wait()
        with transaction(outside.sessions) as session:
            return keep_once(session, task(patient_id), Task.dedupe_key)[0].id

    with ThreadPoolExecutor(10) as racers:
        ids = set(racers.map(race, range(10)))
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Task)) == 1
    assert len(ids) == 1
