"""What falls due: plans' contacts are opened and asked for, and the unanswered climb their ladder.

The machine's doings on a task stand here, people's in tasks.py. A task is claimed by one conditional
update, so two workers at once ask once.
"""

from datetime import datetime
from functools import partial

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import changed
from app.core.events import publish
from app.core.fence import SET_ASIDE, fenced
from app.followup import calls, tasks
from app.followup.catalog import pathway_of
from app.followup.events import TaskDue, TaskOverdue
from app.followup.rules.asking import asking
from app.followup.rules.next_step import NextStep, next_step
from app.followup.rules.pathway import Node
from app.followup.rules.workdays import end_of_workday
from app.followup.tables import Plan, Task
from app.patients.tables import Patient
from app.staff.tables import Account
from app.staff.workdays import work_calendar

SOMEBODY = "随访护士"


def remind_due(session: Session, now: datetime, limit: int = 200) -> int:
    """Take the next step of up to `limit` tasks that are due; how many steps were taken.

    Patients who are not active (in hospital, moved, deceased …) and paused plans are left alone;
    their tasks go on when they do.
    """
    waiting = session.execute(
        _waiting(select(Task.id, Task.next_step_at))
        .where(Task.next_step_at <= now)
        .order_by(Task.next_step_at, Task.id)
        .limit(limit)
    ).all()
    claimed = [task_id for task_id, step_at in waiting if _claim(session, task_id, step_at)]
    for task_id in claimed:
        if not fenced(session, "followup.remind", task_id, partial(_step_of, session, task_id, now)):
            _set_aside(session, task_id, now)
    return len(claimed)


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after `after` at which a task has a step to take."""
    return session.scalar(
        _waiting(select(Task.next_step_at))
        .where(Task.next_step_at > after)
        .order_by(Task.next_step_at)
        .limit(1)
    )


def in_hand(session: Session, now: datetime) -> bool:
    """Whether a step that is due has not been taken yet."""
    return session.scalar(_waiting(select(Task.id)).where(Task.next_step_at <= now).limit(1)) is not None


def _waiting(query: Select) -> Select:
    return (
        query.join(Patient, Patient.id == Task.patient_id)
        .join(Plan, Plan.id == Task.plan_id, isouter=True)
        .where(
            Task.state.in_(tasks.LIVE),
            Patient.status == "active",
            or_(Task.plan_id.is_(None), Plan.state == "active"),
        )
    )


def _claim(session: Session, task_id: str, step_at: datetime) -> bool:
    """Ours when the step still stands as we saw it: whoever comes second finds it taken."""
    claim = (
        update(Task)
        .where(Task.id == task_id, Task.next_step_at == step_at, Task.state.in_(tasks.LIVE))
        .values(next_step_at=None)
        .execution_options(synchronize_session=False)
    )
    return changed(session, claim) == 1


def _step_of(session: Session, task_id: str, now: datetime) -> None:
    _step(session, session.get_one(Task, task_id, populate_existing=True), now)


def _set_aside(session: Session, task_id: str, now: datetime) -> None:
    later = update(Task).where(Task.id == task_id).values(next_step_at=now + SET_ASIDE)
    session.execute(later.execution_options(synchronize_session=False))


def _step(session: Session, task: Task, now: datetime) -> None:
    if task.state == "planned":
        task.state, task.opened_at = "open", now
        if task.kind == "call":
            # What is on her list since this moment is not late in the next one.
            task.due_at = max(task.due_at, end_of_workday(now, clock.zone(), work_calendar(session)))
        if task.assignee_id is None and task.kind != "form":
            task.assignee_id = tasks.nurse_of(session, task.patient_id)
    node = _node(session, task)
    step = next_step(node, task.opened_at or now, False, now, task.ladder_step) if node else None
    if node is not None and step is not None and step.due:
        _act(session, task, step, now)
        task.ladder_step = step.index + 1
        step = next_step(node, task.opened_at or now, False, now, task.ladder_step)
    task.next_step_at = step.at if step else None


def _node(session: Session, task: Task) -> Node | None:
    if task.plan_id is None or task.node_key is None:
        return None
    pathway_id = session.scalars(select(Plan.pathway_id).where(Plan.id == task.plan_id)).one()
    return pathway_of(session, pathway_id).node(task.node_key)


def _act(session: Session, task: Task, step: NextStep, now: datetime) -> None:
    if step.rung.action == "call_task":
        calls.open_for(session, task, now)
    elif step.rung.action == "escalate":
        role = step.rung.role or "nurse"
        publish(session, TaskOverdue(task.id, task.patient_id, task.title, role, task.due_at, now))
    else:
        _ask(session, task, step.index, now)


def _ask(session: Session, task: Task, step: int, now: datetime) -> None:
    """`message` and `other_lane` ask again in other words; messaging picks the lane that is legal then."""
    who = nurse_name(session, task.patient_id)
    publish(
        session,
        TaskDue(
            task_id=task.id,
            patient_id=task.patient_id,
            title=task.title,
            purpose=task.purpose,
            form_code=task.form_code or "",
            who=who,
            words=asking(who, task.title, task.purpose, step),
            step=step,
            due_at=task.due_at,
            at=now,
        ),
    )


def nurse_name(session: Session, patient_id: str) -> str:
    """The responsible nurse as a patient knows her: 李敏护士; without one, 随访护士."""
    name = session.scalars(
        select(Account.name)
        .join(Patient, Patient.nurse_id == Account.id)
        .where(Patient.id == patient_id, Account.active)
    ).one_or_none()
    return f"{name}护士" if name else SOMEBODY
