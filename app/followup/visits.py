"""The next visit of a plan: booked by what the last one meant, one at a time."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.followup import tasks
from app.followup.catalog import pathway_of
from app.followup.plans import add_task
from app.followup.rules.hypertension import Kind
from app.followup.rules.pathway import Pathway, after_result
from app.followup.tables import Plan, Task
from app.staff.workdays import work_calendar

ROUTINE = Kind.CONTROLLED
"""A visit nobody answered is followed by the routine one: at least four a year.
Source: docs/sources.md#nbphs-hypertension"""


def plan_for(session: Session, patient_id: str, form_code: str, task_id: str | None) -> Plan | None:
    """The plan this answer belongs to: its task's, else the newest that asks with this form.

    A plan that rests is still the patient's: its next visit is booked and waits with it.
    """
    if task_id is not None:
        plan = session.scalars(
            select(Plan).join(Task, Task.plan_id == Plan.id).where(Task.id == task_id, Plan.state != "ended")
        ).one_or_none()
        if plan is not None:
            return plan
    active = session.scalars(
        select(Plan)
        .where(Plan.patient_id == patient_id, Plan.state != "ended")
        .order_by(Plan.started_at.desc(), Plan.id.desc())
    )
    return next(
        (plan for plan in active if _asks_with(pathway_of(session, plan.pathway_id), form_code)), None
    )


def book_next(session: Session, plan: Plan, outcome: str, cause_id: str, now: datetime) -> date | None:
    """Book the visit that follows `outcome`; the day of the plan's next visit, None when it plans none.

    A plan has one visit ahead: an earlier one that is booked already stays and this one is not added,
    a later one is replaced. The same cause books once.
    """
    pathway = pathway_of(session, plan.pathway_id)
    due = after_result(pathway, outcome, clock.day_of(now), clock.zone(), work_calendar(session))
    node = pathway.node(due.node_key) if due else None
    if due is None or node is None:
        return None
    for booked in _booked_visits(session, plan, pathway):
        if booked.due_at <= due.due_at:
            return clock.day_of(booked.due_at)
        booked.outcome = "replaced"
        tasks.close(session, booked, "skipped", now)
    add_task(session, plan, node, due, f"plan:{plan.id}:{node.key}:after:{cause_id}", cause_id)
    return due.due_on


def _booked_visits(session: Session, plan: Plan, pathway: Pathway) -> list[Task]:
    """Visits still ahead that ask what the result node asks; the welcome call is no visit."""
    node = pathway.node(pathway.result_node or "")
    forms = {each.key for each in pathway.nodes if node and each.content_code == node.content_code}
    return list(
        session.scalars(
            select(Task)
            .where(Task.plan_id == plan.id, Task.state == "planned", Task.node_key.in_(forms))
            .order_by(Task.due_at, Task.id)
            .with_for_update()
        )
    )


def _asks_with(pathway: Pathway, form_code: str) -> bool:
    return any(node.content_code == form_code for node in pathway.nodes if node.content_kind == "form")
