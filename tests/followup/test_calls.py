"""What came of a call decides what follows; nobody falls out of a plan."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.core import clock
from app.core.errors import Conflict, Invalid
from app.followup import calls, reads
from app.followup.reminders import remind_due
from app.followup.tables import Task
from app.questionnaires import drafts, submissions
from app.wiring import Outside
from tests.factories.followup import make_plan
from tests.factories.patients import make_patient
from tests.factories.staff import make_account

DUE = datetime.fromisoformat("2026-03-03T09:00:00+08:00")
CALLED = DUE + timedelta(hours=49)


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        make_account(session)
        make_plan(session, make_patient(session).id)
        for hours in (0, 24, 48):
            remind_due(session, DUE + timedelta(hours=hours))
        yield session


@pytest.fixture
def nurse(session: Session) -> Actor:
    return Actor("staff", make_account(session).id)


def form(session: Session) -> Task:
    return session.scalars(select(Task).where(Task.node_key == "first_followup")).one()


def open_calls(session: Session) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.cause_id == form(session).id, Task.state == "open")))


def test_nobody_there_is_tried_again_on_a_workday_at_another_hour(session: Session, nurse: Actor) -> None:
    (call,) = open_calls(session)
    calls.record(session, nurse, call.id, "no_answer", "", CALLED)
    (again,) = open_calls(session)
    assert f"{clock.local(again.due_at):%Y-%m-%d %H:%M}" == "2026-03-06 15:30"


def test_three_calls_in_vain_are_an_alert_and_the_plan_goes_on(session: Session, nurse: Actor) -> None:
    for day in range(3):
        (call,) = open_calls(session)
        calls.record(session, nurse, call.id, "no_answer", "", CALLED + timedelta(days=day))
    assert open_calls(session) == []
    assert (form(session).state, form(session).outcome) == ("skipped", "unreached")
    assert session.scalars(select(Alert.reason)).all() == ["unreached"]
    assert reads.forgotten(session) == []


def test_a_refusal_ends_this_visit_and_books_the_routine_one(session: Session, nurse: Actor) -> None:
    (call,) = open_calls(session)
    calls.record(session, nurse, call.id, "refused", "说最近忙", CALLED)
    assert (form(session).state, form(session).outcome) == ("skipped", "refused")
    ahead = reads.next_visit(session, form(session).patient_id)
    assert ahead is not None and f"{clock.local(ahead.due_at):%Y-%m-%d}" == "2026-06-05"


def test_a_wrong_number_asks_somebody_to_mend_it(session: Session, nurse: Actor) -> None:
    (call,) = open_calls(session)
    calls.record(session, nurse, call.id, "wrong_number", "", CALLED)
    assert [task.kind for task in reads.open_staff_tasks_of(session, call.patient_id)] == ["check_phone"]
    assert form(session).state == "open"


def test_recording_the_same_outcome_twice_calls_no_second_time(session: Session, nurse: Actor) -> None:
    (call,) = open_calls(session)
    calls.record(session, nurse, call.id, "no_answer", "", CALLED)
    calls.record(session, nurse, call.id, "no_answer", "", CALLED)
    assert len(open_calls(session)) == 1
    with pytest.raises(Conflict) as refused:
        calls.record(session, nurse, call.id, "refused", "", CALLED)
    assert refused.value.code == "task_closed"


def test_an_unknown_outcome_is_refused(session: Session, nurse: Actor) -> None:
    (call,) = open_calls(session)
    with pytest.raises(Invalid) as refused:
        calls.record(session, nurse, call.id, "busy", "", CALLED)
    assert refused.value.code == "outcome_unknown"


def test_a_patient_who_answers_after_all_is_not_called(session: Session) -> None:
    task = form(session)
    draft = drafts.open_for_task(session, task.patient_id, task.id, "hypertension_followup", CALLED)
    for link_id, value in (
        ("bp", "130/80"),
        ("symptoms", ["none"]),
        ("medication_adherence", "regular"),
    ):
        drafts.save_answer(session, task.patient_id, draft.id, link_id, value, "page", CALLED)
    (call,) = open_calls(session)
    submissions.submit(session, task.patient_id, draft.id, "r", "page", CALLED)
    assert (call.state, call.outcome) == ("cancelled", "no_longer_needed")


def test_the_answers_of_a_call_are_the_same_form_entered_by_staff(session: Session, nurse: Actor) -> None:
    from app.records.readings import latest

    task = form(session)
    draft = drafts.open_for_task(session, task.patient_id, task.id, "hypertension_followup", CALLED)
    for link_id, value in (
        ("bp", "130/80"),
        ("symptoms", ["none"]),
        ("medication_adherence", "regular"),
    ):
        drafts.save_answer(session, task.patient_id, draft.id, link_id, value, "staff", CALLED)
    submissions.submit(
        session, task.patient_id, draft.id, "r", "staff", CALLED, entered_by=f"staff:{nurse.id}"
    )
    reading = latest(session, task.patient_id, ["SBP"])["SBP"]
    assert (reading.source, reading.entered_by) == ("staff", f"staff:{nurse.id}")
    assert task.state == "done"
