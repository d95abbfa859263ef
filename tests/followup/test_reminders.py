"""What falls due is asked for once, again in other words, then by telephone; an answer ends it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.core import clock
from app.core.db import transaction
from app.core.fence import SET_ASIDE
from app.followup import reads
from app.followup.reminders import in_hand, next_due, remind_due
from app.followup.tables import Task
from app.messaging.tables import Message
from app.questionnaires import links
from app.questionnaires.tables import Response
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.followup import make_plan
from tests.factories.patients import make_patient
from tests.factories.staff import make_account

DUE = datetime.fromisoformat("2026-03-03T09:00:00+08:00")


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        yield session


def first(session: Session) -> Task:
    return session.scalars(select(Task).where(Task.node_key == "first_followup")).one()


def messages(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.created_at, Message.id)))


def test_a_due_contact_becomes_a_message_with_the_patients_own_link(session: Session) -> None:
    nurse = make_account(session, name="李敏")
    patient = make_patient(session, nurse_id=nurse.id)
    make_plan(session, patient.id)
    assert remind_due(session, DUE - timedelta(seconds=1)) == 0
    assert remind_due(session, DUE) == 1
    task = first(session)
    (message,) = messages(session)
    assert (message.purpose, message.state, message.patient_id) == ("followup_due", "queued", patient.id)
    assert message.fields == {
        "what": "第一次血压随访",
        "when": "2026年3月3日 09:00",
        "who": "李敏护士",
        "hint": "在服务号里直接回复也行",
    }
    assert "李敏护士请您填一下“第一次血压随访”" in (message.text or "")
    path, _, token = (message.link or "").partition("?k=")
    assert path == f"/h5/tasks/{task.id}"
    assert links.read(task.id, token, DUE).patient_id == patient.id
    assert len(message.link or "") <= 255


def test_the_form_waits_from_the_asking_on(session: Session) -> None:
    patient = make_patient(session)
    make_plan(session, patient.id)
    remind_due(session, DUE)
    assert session.scalars(select(Response.occasion)).all() == [f"task:{first(session).id}"]


def test_the_second_asking_uses_other_words(session: Session) -> None:
    make_plan(session, make_patient(session).id)
    remind_due(session, DUE)
    remind_due(session, DUE + timedelta(hours=24))
    asked = messages(session)
    assert len(asked) == 2
    assert asked[0].text != asked[1].text
    assert asked[1].fields["what"] == "第一次血压随访（再提醒）"


def test_an_unanswered_contact_becomes_a_call_task(session: Session) -> None:
    nurse = make_account(session)
    patient = make_patient(session, nurse_id=nurse.id)
    make_plan(session, patient.id)
    for hours in (0, 24, 48):
        remind_due(session, DUE + timedelta(hours=hours))
    calls = session.scalars(select(Task).where(Task.cause_id == first(session).id)).all()
    assert [(call.kind, call.assignee_id, call.form_code) for call in calls] == [
        ("call", nurse.id, "hypertension_followup")
    ]
    assert first(session).state == "open"


def test_after_a_standstill_the_patient_is_asked_once_not_three_times(session: Session) -> None:
    make_plan(session, make_patient(session).id)
    remind_due(session, DUE)
    remind_due(session, DUE + timedelta(hours=49))
    assert len(messages(session)) == 1
    assert session.scalar(select(func.count()).where(Task.cause_id == first(session).id)) == 1


def test_the_end_of_the_ladder_is_an_alert(session: Session) -> None:
    make_account(session)
    make_plan(session, make_patient(session).id)
    for hours in (0, 24, 48, 120):
        remind_due(session, DUE + timedelta(hours=hours))
    assert session.scalars(select(Alert.reason)).all() == ["followup_overdue"]
    assert first(session).next_step_at is None


@pytest.mark.parametrize("status", ["deceased", "in_hospital", "moved", "lost", "paused"])
def test_only_active_patients_are_asked(session: Session, status: str) -> None:
    patient = make_patient(session)
    make_plan(session, patient.id)
    patient.status = status
    session.flush()
    assert remind_due(session, DUE) == 0
    assert not in_hand(session, DUE)
    assert next_due(session, NOW) is None


def test_the_demo_clock_stops_at_what_falls_due(session: Session) -> None:
    make_plan(session, make_patient(session).id)
    assert next_due(session, NOW) == DUE
    assert in_hand(session, DUE)
    remind_due(session, DUE)
    assert not in_hand(session, DUE)
    assert next_due(session, DUE) == DUE + timedelta(hours=24)


def test_a_welcome_call_opens_on_the_nurses_list_without_a_message(session: Session) -> None:
    nurse = make_account(session)
    make_plan(session, make_patient(session, nurse_id=nurse.id).id)
    call = session.scalars(select(Task).where(Task.node_key == "welcome_call")).one()
    remind_due(session, call.due_at)
    assert [item.task.id for item in reads.worklist(session, "mine", nurse.id, "nurse", call.due_at)] == [
        call.id
    ]
    assert all(message.origin_id != call.id for message in messages(session))


def test_a_welcome_call_has_until_the_end_of_the_working_day(session: Session) -> None:
    nurse = make_account(session)
    make_plan(session, make_patient(session, nurse_id=nurse.id).id)
    call = session.scalars(select(Task).where(Task.node_key == "welcome_call")).one()
    at = call.due_at
    remind_due(session, at)
    (item,) = reads.worklist(session, "mine", nurse.id, "nurse", at + timedelta(hours=6, minutes=59))
    assert not item.overdue
    assert clock.local(item.task.due_at).strftime("%H:%M") == "17:00"
    (item,) = reads.worklist(session, "mine", nurse.id, "nurse", at + timedelta(hours=7, seconds=1))
    assert item.overdue


def test_two_workers_at_once_ask_once(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        for _ in range(5):
            make_plan(session, make_patient(session).id)

    def work(_: int) -> int:
        with transaction(outside.sessions) as session:
            return remind_due(session, DUE)

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 5
    with outside.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 5


def test_a_big_morning_is_worked_off_in_batches(session: Session) -> None:
    for _ in range(7):
        make_plan(session, make_patient(session).id)
    assert [remind_due(session, DUE, 3) for _ in range(4)] == [3, 3, 1, 0]


def test_a_task_whose_form_is_gone_does_not_keep_the_next_patient_waiting(session: Session) -> None:
    broken, sound = make_patient(session), make_patient(session)
    make_plan(session, broken.id)
    make_plan(session, sound.id)
    first_of = select(Task).where(Task.node_key == "first_followup")
    bad = session.scalars(first_of.where(Task.patient_id == broken.id)).one()
    bad.form_code = "retired_form"
    # Its turn comes first, so that the next patient stands behind it.
    bad.next_step_at = DUE - timedelta(minutes=1)
    assert remind_due(session, DUE) == 2
    assert [message.patient_id for message in messages(session)] == [sound.id]
    session.refresh(bad)
    assert (bad.state, bad.next_step_at) == ("planned", DUE + SET_ASIDE)
    assert remind_due(session, DUE) == 0
