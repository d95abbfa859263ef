"""What screens show of plans, visits and tasks. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.core.paging import WORK_LIST
from app.followup.catalog import pathway_of
from app.followup.reminders import nurse_name
from app.followup.tables import Plan, Task, VisitOutcome
from app.followup.tasks import LIVE
from app.patients.tables import Patient

PATIENTS_KINDS = ("form", "call")
"""What a patient sees of a plan: what is asked of them, and who will call."""


@dataclass(frozen=True)
class PlanView:
    """One patient's plan, as the patient and the nurse read it."""

    plan: Plan
    title: str
    needs_review: bool
    who: str
    """The nurse who asks and calls: 李敏护士."""
    ahead: Sequence[Task]
    """What is still to come, soonest first; open ones are due now."""
    behind: Sequence[Task]
    """What has been, latest first."""


@dataclass(frozen=True)
class WorkItem:
    """One task on a staff list."""

    task: Task
    patient_name: str
    overdue: bool


def plan_of(session: Session, patient_id: str, *, most: int = 20) -> PlanView | None:
    """The patient's plan that runs, else the one that ended last; None without any."""
    plan = session.scalars(
        select(Plan)
        .where(Plan.patient_id == patient_id)
        .order_by(Plan.state == "ended", Plan.started_at.desc(), Plan.id.desc())
        .limit(1)
    ).one_or_none()
    if plan is None:
        return None
    pathway = pathway_of(session, plan.pathway_id)
    of_plan = select(Task).where(Task.plan_id == plan.id, Task.kind.in_(PATIENTS_KINDS)).limit(most)
    return PlanView(
        plan,
        pathway.title,
        pathway.review_state is not None,
        nurse_name(session, patient_id),
        session.scalars(of_plan.where(Task.state.in_(LIVE)).order_by(Task.due_at, Task.id)).all(),
        session.scalars(
            of_plan.where(Task.state.in_(("done", "skipped"))).order_by(Task.due_at.desc(), Task.id.desc())
        ).all(),
    )


def next_visit(session: Session, patient_id: str) -> Task | None:
    """The next thing the patient's plan has ahead."""
    return session.scalars(
        select(Task)
        .where(Task.patient_id == patient_id, Task.kind == "form", Task.state.in_(LIVE))
        .order_by(Task.due_at, Task.id)
        .limit(1)
    ).one_or_none()


def visit_of(session: Session, response_id: str) -> VisitOutcome | None:
    """What the rules made of one response."""
    return session.scalars(select(VisitOutcome).where(VisitOutcome.response_id == response_id)).one_or_none()


def visits_of(session: Session, patient_id: str, *, most: int = 20) -> Sequence[VisitOutcome]:
    """What the rules made of the patient's visits, latest first."""
    return session.scalars(
        select(VisitOutcome)
        .where(VisitOutcome.patient_id == patient_id)
        .order_by(VisitOutcome.at.desc(), VisitOutcome.id.desc())
        .limit(most)
    ).all()


def find_task(session: Session, patient_id: str, task_id: str) -> Task | None:
    """The patient's own task; None for anybody else's."""
    return session.scalars(
        select(Task).where(Task.id == task_id, Task.patient_id == patient_id)
    ).one_or_none()


def forms_asked(
    session: Session, patient_id: str, state: str, behind: tuple[datetime, str] | None, size: int
) -> Sequence[Task]:
    """Up to `size` of the patient's forms in one state (open, planned, done), behind a (due_at, id).

    The soonest first; those done the latest first.
    """
    place, latest_first = tuple_(Task.due_at, Task.id), state == "done"
    found = select(Task).where(Task.patient_id == patient_id, Task.kind == "form", Task.state == state)
    if behind is not None:
        last = tuple_(*behind)
        found = found.where(place < last if latest_first else place > last)
    order = (Task.due_at, Task.id)
    return session.scalars(
        found.order_by(*(column.desc() if latest_first else column for column in order)).limit(size)
    ).all()


def open_staff_tasks_of(session: Session, patient_id: str) -> Sequence[Task]:
    """What staff still have to do for this patient, soonest first."""
    return session.scalars(
        select(Task)
        .where(Task.patient_id == patient_id, Task.state == "open", Task.kind != "form")
        .order_by(Task.due_at, Task.id)
    ).all()


def had_task(session: Session, patient_id: str, kind: str) -> bool:
    """Whether the patient has, or ever had, a task of this kind."""
    had = select(Task.id).where(Task.patient_id == patient_id, Task.kind == kind)
    return session.scalar(had.limit(1)) is not None


def is_called_about(session: Session, task_id: str) -> bool:
    """Whether a call about this task waits already."""
    calls = select(Task.id).where(Task.cause_id == task_id, Task.kind == "call", Task.state.in_(LIVE))
    return session.scalar(calls.limit(1)) is not None


def left_by(session: Session, task: Task) -> Sequence[Task]:
    """What staff have to do since this task ended: another call about the same, a number to mend."""
    causes = [each for each in (task.id, task.cause_id) if each]
    return session.scalars(
        select(Task)
        .where(Task.cause_id.in_(causes), Task.state == "open", Task.kind != "form")
        .order_by(Task.due_at, Task.id)
    ).all()


def worklist(
    session: Session,
    which: str,
    staff_id: str,
    role: str,
    now: datetime,
    *,
    most: int = WORK_LIST,
    skip: int = 0,
) -> list[WorkItem]:
    """Open tasks for staff, soonest first. `which` is mine, team or overdue (of the team)."""
    rows = session.execute(
        select(Task, Patient.name)
        .join(Patient, Patient.id == Task.patient_id)
        .where(_on_list(which, staff_id, role, now))
        .order_by(Task.due_at, Task.id)
        .limit(most)
        .offset(skip)
    )
    return [WorkItem(task, name, task.due_at < now) for task, name in rows]


def counts(session: Session, staff_id: str, role: str, now: datetime) -> dict[str, int]:
    """How many tasks stand on each list; one look at the open ones."""
    lists = ("mine", "team", "overdue")
    row = session.execute(
        select(*(func.count(case((_on_list(which, staff_id, role, now), 1))) for which in lists)).where(
            Task.state == "open", Task.kind != "form"
        )
    ).one()
    return dict(zip(lists, row, strict=True))


def forgotten(session: Session, *, most: int = 50) -> list[tuple[Plan, str]]:
    """(plan, patient's name) of active plans without a visit ahead: must be empty, or one is forgotten."""
    ahead = select(Task.plan_id).where(Task.state.in_(LIVE), Task.kind == "form", Task.plan_id == Plan.id)
    rows = session.execute(
        select(Plan, Patient.name)
        .join(Patient, Patient.id == Plan.patient_id)
        .where(Plan.state == "active", Patient.status == "active", ~ahead.exists())
        .order_by(Plan.id)
        .limit(most)
    )
    return [(plan, name) for plan, name in rows]


def _on_list(which: str, staff_id: str, role: str, now: datetime) -> ColumnElement[bool]:
    open_for_staff = and_(Task.state == "open", Task.kind != "form")
    team = or_(Task.executor_role == role, Task.assignee_id == staff_id)
    if which == "mine":
        return and_(open_for_staff, Task.assignee_id == staff_id)
    if which == "overdue":
        return and_(open_for_staff, team, Task.due_at < now)
    return and_(open_for_staff, team)
