"""What came of a call decides what follows; nobody falls out of a plan."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.core import clock
from app.core.errors import Conflict, Invalid
from app.followup import calls, reads, tasks
from app.followup.reminders import remind_due
from app.followup.tables import Task
from app.messaging.delivery import fail
from app.messaging.tables import Message
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


def test_a_form_that_reached_nobody_has_one_call_at_a_time_and_counts_only_calls_that_were_made(
    outside: Outside,
) -> None:
    with outside.sessions() as session:
        nurse = Actor("staff", make_account(session).id)
        make_plan(session, make_patient(session).id)
        remind_due(session, DUE)
        card_reached_nobody(session)
        (call,) = open_calls(session)
        assert call.form_code == form(session).form_code
        calls.record(session, nurse, call.id, "no_answer", "", DUE)
        for hours in (24, 48):
            remind_due(session, DUE + timedelta(hours=hours))
            card_reached_nobody(session)
        (again,) = open_calls(session)
        calls.record(session, nurse, again.id, "no_answer", "", CALLED)
        assert session.scalars(select(Alert)).all() == []
        (third,) = open_calls(session)
        calls.record(session, nurse, third.id, "no_answer", "", CALLED + timedelta(days=1))
        assert session.scalars(select(Alert.title)).all() == ["3 次电话都没有联系上"]
        assert open_calls(session) == []


def card_reached_nobody(session: Session) -> None:
    message = session.scalars(
        select(Message).where(Message.origin_id == form(session).id).order_by(Message.id.desc())
    ).first()
    assert message is not None
    fail(session, message, "failed", "没有关注", message.created_at)


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


def at(local: str) -> datetime:
    return datetime.fromisoformat(f"{local}:00+08:00")


def lone_calls(session: Session) -> list[Task]:
    """Open calls about something else than a form, such as a message that did not arrive."""
    found = select(Task).where(Task.kind == "call", Task.cause_id == "m" * 32, Task.state == "open")
    return list(session.scalars(found))


@pytest.fixture
def instead(session: Session) -> Task:
    """The call that replaces an urgent message which reached nobody."""
    return tasks.open_staff_task(
        session,
        form(session).patient_id,
        "call",
        "微信没有送到，请打电话：健康建议",
        "请打电话把这件事告诉患者。",
        "nurse",
        "unreached_message:m",
        DUE + timedelta(hours=1),
        DUE,
        cause_id="m" * 32,
    )


def test_a_call_instead_of_a_message_is_tried_again_like_any_other(
    session: Session, nurse: Actor, instead: Task
) -> None:
    calls.record(session, nurse, instead.id, "no_answer", "", DUE)
    (again,) = lone_calls(session)
    assert (again.title, again.purpose) == (instead.title, instead.purpose)
    calls.record(session, nurse, instead.id, "no_answer", "", DUE)
    assert len(lone_calls(session)) == 1


def test_what_had_to_be_told_within_the_hour_is_tried_again_within_the_hour(
    session: Session, nurse: Actor, instead: Task
) -> None:
    calls.record(session, nurse, instead.id, "no_answer", "", at("2026-03-05T14:30"))
    (again,) = lone_calls(session)
    assert again.due_at == at("2026-03-05T15:30")
    calls.record(session, nurse, again.id, "no_answer", "", at("2026-03-05T20:10"))
    (last,) = lone_calls(session)
    assert last.due_at == at("2026-03-06T08:00")
    calls.record(session, nurse, last.id, "no_answer", "", at("2026-03-06T08:05"))
    assert lone_calls(session) == []
    assert session.scalars(select(Alert.reason)).all() == ["unreached"]


def test_a_call_that_had_a_day_is_tried_again_on_the_next_workday(session: Session, nurse: Actor) -> None:
    call = tasks.open_staff_task(
        session,
        form(session).patient_id,
        "call",
        "给患者打电话",
        "问一问出院以后怎么样。",
        "nurse",
        "call_asked:m",
        DUE + timedelta(days=1),
        DUE,
        cause_id="m" * 32,
    )
    calls.record(session, nurse, call.id, "no_answer", "", DUE)
    (again,) = lone_calls(session)
    assert again.due_at == at("2026-03-04T15:30")


def test_a_call_of_the_plan_does_not_press_though_it_was_opened_shortly_before_its_end(
    session: Session, nurse: Actor
) -> None:
    call = tasks.open_staff_task(
        session,
        form(session).patient_id,
        "call",
        "欢迎电话",
        "认识一下。",
        "nurse",
        "plan:welcome",
        DUE + timedelta(minutes=30),
        DUE,
    )
    call.node_key = "welcome_call"
    calls.record(session, nurse, call.id, "no_answer", "", DUE)
    (again,) = session.scalars(select(Task).where(Task.cause_id == call.id)).all()
    assert again.due_at == at("2026-03-04T15:30")


def test_three_calls_in_vain_about_a_message_leave_somebody_responsible(
    session: Session, nurse: Actor, instead: Task
) -> None:
    for day in range(3):
        (call,) = lone_calls(session)
        calls.record(session, nurse, call.id, "no_answer", "", DUE + timedelta(days=day))
    assert lone_calls(session) == []
    (alert,) = session.scalars(select(Alert)).all()
    assert (alert.reason, alert.title) == ("unreached", "3 次电话都没有联系上")
    assert "健康建议" in alert.detail
    assert alert.owner_id is not None
    assert form(session).state == "open"


def test_a_wrong_number_for_a_message_is_mended_and_somebody_is_responsible_meanwhile(
    session: Session, nurse: Actor, instead: Task
) -> None:
    calls.record(session, nurse, instead.id, "wrong_number", "", DUE)
    kinds = {task.kind for task in reads.open_staff_tasks_of(session, instead.patient_id)}
    assert "check_phone" in kinds
    assert session.scalars(select(Alert.reason)).all() == ["unreached"]


def test_whoever_was_reached_is_called_no_more(session: Session, nurse: Actor, instead: Task) -> None:
    calls.record(session, nurse, instead.id, "no_answer", "", DUE)
    (again,) = lone_calls(session)
    calls.record(session, nurse, again.id, "reached", "已告诉本人", DUE + timedelta(days=1))
    assert lone_calls(session) == []
    assert session.scalars(select(Alert)).all() == []
