"""Plans: one patient on one pathway. Enrolled once for one event, ended with a reason, never forgotten."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.ids import new_id
from app.core.once import keep_once
from app.core.typed import fitting
from app.followup import tasks
from app.followup.catalog import newest, pathway_of
from app.followup.events import PlanBegun, PlanEnded, PlanPaused
from app.followup.parting import tell_nurse
from app.followup.rules.pathway import Due, Node, schedule
from app.followup.tables import Pathway, Plan, Task
from app.staff.workdays import work_calendar

PLANNED_AHEAD = timedelta(days=400)
"""A year of a pathway is laid out at once, with some days to spare."""


def enrol(
    session: Session, patient_id: str, pathway_code: str, anchor_on: date, enrolment_key: str, now: datetime
) -> Plan:
    """Put the patient on the newest version of the pathway; the same `enrolment_key` gives the same plan.

    A plan that runs on the same pathway goes on instead of being doubled. Every contact counted from
    `anchor_on` becomes a task; those whose window has closed already do not.
    Raises NotFound (no_such_pathway).
    """
    row = newest(session, pathway_code)
    running = _running(session, patient_id, pathway_code)
    if running is not None:
        return running
    plan, is_new = keep_once(
        session,
        Plan(
            id=new_id(),
            patient_id=patient_id,
            pathway_id=row.id,
            enrolment_key=enrolment_key,
            state="active",
            anchor_on=anchor_on,
            started_at=now,
        ),
        Plan.enrolment_key,
    )
    if is_new:
        pathway = pathway_of(session, row.id)
        until = anchor_on + PLANNED_AHEAD
        anchors = {"enrolled": anchor_on}
        for due in schedule(pathway, anchors, clock.zone(), until, work_calendar(session)):
            node = pathway.node(due.node_key)
            if node is not None and due.closes_at > now:
                add_task(session, plan, node, due, f"plan:{plan.id}:{node.key}:{due.occurrence}")
        publish(session, PlanBegun(plan.id, patient_id, pathway.code, now))
    return plan


def add_task(
    session: Session, plan: Plan, node: Node, due: Due, dedupe: str, cause_id: str | None = None
) -> Task:
    """A contact of the plan, to fall due at its time; the same `dedupe` gives the same task."""
    task, _ = keep_once(
        session,
        Task(
            id=new_id(),
            dedupe_key=dedupe,
            plan_id=plan.id,
            patient_id=plan.patient_id,
            node_key=node.key,
            kind=node.content_kind,
            title=node.title,
            purpose=node.purpose,
            form_code=node.content_code if node.content_kind == "form" else None,
            executor_role=node.executor,
            due_at=due.due_at,
            state="planned",
            ladder_step=0,
            next_step_at=due.due_at,
            cause_id=cause_id,
        ),
        Task.dedupe_key,
    )
    return task


def stop(session: Session, actor: Actor, patient_id: str, plan_id: str, reason: str, now: datetime) -> Plan:
    """End the patient's plan: nothing of it asks any more; a nurse is told of a patient who stopped it.

    The patient need give no reason, staff must. A plan that has ended already stays as it is.
    Raises Invalid (reason_missing, too_long), NotFound.
    """
    reason, by_patient = fitting(reason, 128, "reason", "原因"), actor.kind == "patient"
    if not reason and not by_patient:
        raise Invalid("请告诉我们为什么停止。", code="reason_missing", field="reason")
    plan = find(session, patient_id, plan_id, lock=True)
    if plan.state == "ended":
        return plan
    plan.state, plan.ended_at, plan.end_reason = "ended", now, reason or None
    plan.ended_by = f"{actor.kind}:{actor.id}"
    for task in _live_tasks(session, plan.id):
        tasks.close(session, task, "cancelled", now)
    record_change(session, actor, "plan", plan.id, "stop", now, patient_id=patient_id)
    code = pathway_of(session, plan.pathway_id).code
    publish(session, PlanEnded(plan.id, patient_id, code, by_patient, now))
    if by_patient:
        tell_nurse(session, plan, now)
    return plan


def stop_all(session: Session, actor: Actor, patient_id: str, reason: str, now: datetime) -> list[Plan]:
    """End every plan of the patient, one that rests as well, each as `stop` does."""
    running = session.scalars(
        select(Plan.id).where(Plan.patient_id == patient_id, Plan.state != "ended").order_by(Plan.id)
    ).all()
    return [stop(session, actor, patient_id, plan_id, reason, now) for plan_id in running]


def pause(session: Session, actor: Actor, patient_id: str, plan_id: str, now: datetime) -> Plan:
    """Let the plan rest: what is queued is taken back, nothing falls due until it is resumed.

    Paused already stays paused. Raises NotFound, Conflict (plan_ended).
    """
    plan = _running_plan(session, patient_id, plan_id)
    if plan.state == "active":
        plan.state = "paused"
        record_change(session, actor, "plan", plan.id, "pause", now, patient_id=patient_id)
        waiting = tuple(task.id for task in _live_tasks(session, plan.id) if task.state == "open")
        publish(session, PlanPaused(plan.id, patient_id, waiting, now))
    return plan


def resume(session: Session, actor: Actor, patient_id: str, plan_id: str, now: datetime) -> Plan:
    """Go on with a plan that rested; what fell due meanwhile is asked for once.

    One that runs stays as it is. Raises NotFound, Conflict (plan_ended).
    """
    plan = _running_plan(session, patient_id, plan_id)
    if plan.state == "paused":
        plan.state = "active"
        record_change(session, actor, "plan", plan.id, "resume", now, patient_id=patient_id)
    return plan


def _running_plan(session: Session, patient_id: str, plan_id: str) -> Plan:
    plan = find(session, patient_id, plan_id, lock=True)
    if plan.state == "ended":
        raise Conflict("这个计划已经停止了。想重新开始，请告诉护士。", code="plan_ended")
    return plan


def find(session: Session, patient_id: str, plan_id: str, *, lock: bool = False) -> Plan:
    """The patient's own plan. Raises NotFound for any other."""
    query = select(Plan).where(Plan.id == plan_id, Plan.patient_id == patient_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound("没有找到这个计划。")
    return found


def _running(session: Session, patient_id: str, pathway_code: str) -> Plan | None:
    return session.scalars(
        select(Plan)
        .join(Pathway, Pathway.id == Plan.pathway_id)
        .where(Plan.patient_id == patient_id, Plan.state != "ended", Pathway.code == pathway_code)
        .limit(1)
    ).one_or_none()


def _live_tasks(session: Session, plan_id: str) -> list[Task]:
    return list(
        session.scalars(
            select(Task)
            .where(Task.plan_id == plan_id, Task.state.in_(tasks.LIVE))
            .order_by(Task.id)
            .with_for_update()
        )
    )
