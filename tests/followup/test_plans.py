"""A plan begins once, lays out what is to come, and ends with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.followup import plans, reads, tasks
from app.followup.catalog import publish_document
from app.followup.tables import Plan, Task
from app.messaging.tables import Message
from app.patients.events import CardActivated, DoctorAssigned, HealthDataWithdrawn
from app.risk.tagging import tags_of
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.followup import make_content, make_plan, make_task, make_visit_outcome
from tests.factories.patients import make_patient
from tests.factories.staff import make_account


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        yield session


def of_plan(session: Session, plan: Plan) -> dict[str | None, Task]:
    found = session.scalars(select(Task).where(Task.plan_id == plan.id)).all()
    return {task.node_key: task for task in found}


def test_a_plan_lays_out_its_contacts_at_their_local_times(session: Session) -> None:
    plan = make_plan(session, make_patient(session).id)
    found = of_plan(session, plan)
    assert set(found) == {"first_followup", "welcome_call"}
    due = clock.local(found["first_followup"].due_at)
    assert f"{due:%Y-%m-%d %H:%M}" == "2026-03-03 09:00"
    assert found["first_followup"].next_step_at == found["first_followup"].due_at


def test_the_same_event_enrols_once(session: Session) -> None:
    patient = make_patient(session)
    assert make_plan(session, patient.id).id == make_plan(session, patient.id).id
    assert len(session.scalars(select(Task)).all()) == 2


def test_a_plan_that_runs_is_not_doubled_by_a_second_card(session: Session) -> None:
    patient = make_patient(session)
    assert make_plan(session, patient.id, key="a").id == make_plan(session, patient.id, key="b").id


def test_an_unknown_pathway_is_refused(session: Session) -> None:
    with pytest.raises(NotFound) as refused:
        plans.enrol(session, make_patient(session).id, "nothing", clock.day_of(NOW), "k", NOW)
    assert refused.value.code == "no_such_pathway"


def demo_pathway(**node: object) -> dict:
    """A pathway with one call, and what this test changes of it."""
    return {
        "code": "demo",
        "version": 1,
        "title": "示例",
        "nodes": [
            {
                "key": "a",
                "title": "电话",
                "purpose": "问一问",
                "anchor": "enrolled",
                "offset": {"days": 1},
                "window": {"days": 1},
                "content": {"kind": "call", "code": "a"},
                "executor": "nurse",
                "at": "09:00",
                "prefer": "any",
                "ladder": [],
            }
            | node
        ],
    }


def test_a_published_pathway_is_not_changed(session: Session) -> None:
    publish_document(session, demo_pathway(), NOW)
    with pytest.raises(Conflict) as refused:
        publish_document(session, demo_pathway() | {"title": "改了"}, NOW)
    assert refused.value.code == "pathway_changed"


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ({"content": {"kind": "article", "code": "salt"}}, "pathway_content"),
        ({"ladder": [{"after_hours": 1, "action": "escalate", "role": "porter"}]}, "pathway_role"),
    ],
)
def test_what_cannot_be_done_is_refused_when_it_is_published(session: Session, node: dict, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        publish_document(session, demo_pathway(**node), NOW)
    assert (refused.value.code, refused.value.field) == (code, "a")


def test_a_card_enrols_and_opens_the_first_two_tasks(session: Session) -> None:
    make_content(session)
    patient = make_patient(session)
    publish(session, CardActivated(patient.id, "c" * 32, "hypertension", NOW))
    staff = {task.kind: task for task in reads.open_staff_tasks_of(session, patient.id)}
    assert set(staff) == {"assign_doctor", "complete_archive"}
    assert reads.plan_of(session, patient.id) is not None
    assert [tag.tag for tag in tags_of(session, patient.id, NOW)] == ["高血压"]


@pytest.mark.parametrize("done", [False, True], ids=["open", "done"])
def test_a_second_card_makes_nobody_new(session: Session, done: bool) -> None:
    make_content(session)
    patient = make_patient(session)
    publish(session, CardActivated(patient.id, "c" * 32, "hypertension", NOW))
    if done:
        doctor = make_account(session, role="doctor")
        publish(session, DoctorAssigned(patient.id, doctor.id, doctor.id, NOW))
    before = [task.id for task in reads.open_staff_tasks_of(session, patient.id)]
    publish(session, CardActivated(patient.id, "d" * 32, "hypertension", NOW))
    assert [task.id for task in reads.open_staff_tasks_of(session, patient.id)] == before


def test_whoever_assigns_the_doctor_completes_the_task_that_asked_for_it(session: Session) -> None:
    nurse, doctor = make_account(session), make_account(session, role="doctor")
    patient = make_patient(session)
    task = make_task(session, patient.id, kind="assign_doctor", assignee_id=nurse.id)
    publish(session, DoctorAssigned(patient.id, doctor.id, doctor.id, NOW))
    assert (task.state, task.done_by) == ("done", f"staff:{doctor.id}")


def test_stopping_ends_the_plan_its_tasks_and_its_messages_and_tells_a_nurse(session: Session) -> None:
    from app.followup.reminders import remind_due

    nurse = make_account(session)
    patient = make_patient(session, nurse_id=nurse.id)
    plan = make_plan(session, patient.id)
    remind_due(session, NOW + timedelta(days=1))
    actor = Actor("patient", patient.id)
    plans.stop(session, actor, patient.id, plan.id, "我搬家了", NOW + timedelta(days=1))
    assert (plan.state, plan.end_reason) == ("ended", "我搬家了")
    assert {task.state for task in of_plan(session, plan).values() if task.node_key} == {"cancelled"}
    assert session.scalars(select(Message.state)).all() == ["cancelled"]
    told = reads.worklist(session, "mine", nurse.id, "nurse", NOW)
    assert [item.task.title for item in told] == ["患者停止了随访计划"]
    assert "我搬家了" in told[0].task.purpose
    assert [tag.tag for tag in tags_of(session, patient.id, NOW + timedelta(days=2))] == ["高血压"]


def test_withdrawing_the_consent_ends_a_plan_that_rests_as_well(session: Session) -> None:
    make_account(session)
    patient = make_patient(session)
    plan = make_plan(session, patient.id)
    plans.pause(session, Actor("patient", patient.id), patient.id, plan.id, NOW)
    publish(session, HealthDataWithdrawn(patient.id, NOW))
    assert plan.state == "ended"
    assert {task.state for task in of_plan(session, plan).values() if task.node_key} == {"cancelled"}


def test_a_plan_that_staff_end_opens_no_task_and_takes_its_tag_back(session: Session) -> None:
    nurse, patient = make_account(session), make_patient(session)
    plan = make_plan(session, patient.id)
    plans.stop(session, Actor("staff", nurse.id), patient.id, plan.id, "加错了", NOW)
    assert reads.worklist(session, "team", nurse.id, "nurse", NOW) == []
    assert tags_of(session, patient.id, NOW + timedelta(days=2)) == []
    assert not plan.stopped_by_patient


@pytest.mark.parametrize(("kind", "hours"), [("emergency", 2), ("first_uncontrolled", 2), ("controlled", 24)])
def test_who_stops_after_a_bad_visit_is_called_at_once(session: Session, kind: str, hours: int) -> None:
    patient = make_patient(session)
    plan = make_plan(session, patient.id)
    make_visit_outcome(session, patient.id, kind)
    plans.stop(session, Actor("patient", patient.id), patient.id, plan.id, "", NOW)
    (task,) = reads.open_staff_tasks_of(session, patient.id)
    assert task.due_at == NOW + timedelta(hours=hours)
    assert "没有说原因" in task.purpose
    assert ("请马上联系" in task.purpose) is (kind != "controlled")
    assert plan.stopped_by_patient


def test_a_second_stop_joins_the_open_task(session: Session) -> None:
    patient = make_patient(session)
    actor = Actor("patient", patient.id)
    for reason in ("提醒太多", "还是不想"):
        plan = make_plan(session, patient.id, key=reason)
        plans.stop(session, actor, patient.id, plan.id, reason, NOW)
    (task,) = reads.open_staff_tasks_of(session, patient.id)
    assert "还是不想" in task.purpose
    assert task.plan_id == plan.id


def test_nothing_falls_due_in_a_plan_that_was_stopped(session: Session) -> None:
    from app.followup.reminders import next_due, remind_due

    patient = make_patient(session)
    plan = make_plan(session, patient.id)
    plans.stop(session, Actor("patient", patient.id), patient.id, plan.id, "不想了", NOW)
    assert next_due(session, NOW) is None
    assert remind_due(session, NOW + timedelta(days=400)) == 0


def test_staff_need_a_reason_and_everybody_the_right_plan(session: Session) -> None:
    patient = make_patient(session)
    plan = make_plan(session, patient.id)
    actor = Actor("patient", patient.id)
    with pytest.raises(Invalid) as refused:
        plans.stop(session, Actor("staff", make_account(session).id), patient.id, plan.id, " ", NOW)
    assert refused.value.code == "reason_missing"
    with pytest.raises(NotFound):
        plans.stop(session, actor, make_patient(session).id, plan.id, "不想了", NOW)


def test_stopping_twice_is_stopping_once(session: Session) -> None:
    patient = make_patient(session)
    plan = make_plan(session, patient.id)
    actor = Actor("patient", patient.id)
    plans.stop(session, actor, patient.id, plan.id, "不想了", NOW)
    plans.stop(session, actor, patient.id, plan.id, "还是不想", NOW + timedelta(days=1))
    assert (plan.end_reason, plan.ended_at) == ("不想了", NOW)


def test_a_task_that_a_colleague_has_is_not_taken(session: Session) -> None:
    one, other = make_account(session), make_account(session)
    task = make_task(session, make_patient(session).id, kind="call")
    tasks.take(session, Actor("staff", one.id), task.id, NOW)
    tasks.take(session, Actor("staff", one.id), task.id, NOW)
    with pytest.raises(Conflict) as refused:
        tasks.take(session, Actor("staff", other.id), task.id, NOW)
    assert refused.value.code == "already_taken"


def test_a_closed_task_is_not_closed_otherwise(session: Session) -> None:
    actor = Actor("staff", make_account(session).id)
    task = make_task(session, make_patient(session).id, kind="review")
    tasks.complete(session, actor, task.id, "looked", "", NOW)
    tasks.complete(session, actor, task.id, "looked", "", NOW)
    with pytest.raises(Conflict) as refused:
        tasks.complete(session, actor, task.id, "otherwise", "", NOW)
    assert refused.value.code == "task_closed"
