"""Tasks of staff and patients: opened, taken, done. All `task.state =` of people's doings stands here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.core.ids import new_id
from app.core.once import keep_once
from app.core.typed import fitting
from app.followup.events import TaskClosed
from app.followup.tables import Task
from app.patients.tables import Patient
from app.staff.tables import Account

LIVE = ("planned", "open")
LONGEST_NOTE = 255
"""Characters."""


def open_staff_task(
    session: Session,
    patient_id: str,
    kind: str,
    title: str,
    purpose: str,
    role: str,
    dedupe: str,
    due_at: datetime,
    now: datetime,
    *,
    assignee_id: str | None = None,
    form_code: str | None = None,
    plan_id: str | None = None,
    cause_id: str | None = None,
) -> Task:
    """Something for staff with `role` to do by `due_at`; the same `dedupe` gives the same task."""
    task, _ = keep_once(
        session,
        Task(
            id=new_id(),
            dedupe_key=dedupe,
            plan_id=plan_id,
            patient_id=patient_id,
            node_key=None,
            kind=kind,
            title=title,
            purpose=purpose,
            form_code=form_code,
            executor_role=role,
            assignee_id=assignee_id,
            due_at=due_at,
            state="open",
            ladder_step=0,
            next_step_at=None,
            opened_at=now,
            cause_id=cause_id,
        ),
        Task.dedupe_key,
    )
    return task


def take(session: Session, actor: Actor, task_id: str, now: datetime) -> Task:
    """The actor takes the task. Raises Conflict when a colleague has it (already_taken) or it is closed."""
    task = locked_live(session, task_id)
    if task.assignee_id not in (None, actor.id):
        raise Conflict("同事已经在做这项任务了。", code="already_taken")
    if task.assignee_id is None:
        task.assignee_id = actor.id
        record_change(session, actor, "task", task.id, "take", now, patient_id=task.patient_id)
    return task


def complete(session: Session, actor: Actor, task_id: str, outcome: str, note: str, now: datetime) -> Task:
    """Close a task with what came of it; done already with the same outcome changes nothing.

    Raises NotFound, Conflict (task_closed), Invalid (too_long).
    """
    note = fitting(note, LONGEST_NOTE, "note", "说明")
    task = locked(session, task_id)
    by = f"{actor.kind}:{actor.id}" if actor.kind != "system" else "system"
    if task.state == "done" and (task.outcome, task.done_by) == (outcome, by):
        return task
    ensure_live(task)
    task.outcome, task.note, task.done_by = outcome, note or None, by
    record_change(
        session, actor, "task", task.id, "complete", now, patient_id=task.patient_id, outcome=outcome
    )
    close(session, task, "done", now)
    return task


def close_for_form(session: Session, task_id: str, now: datetime, *, done_by: str = "system") -> None:
    """The form of this task was answered, on whatever lane: nothing asks for it any more."""
    task = locked(session, task_id)
    if task.state in LIVE:
        task.outcome, task.done_by = "answered", done_by
        close(session, task, "done", now)


def note_answered(
    session: Session, patient_id: str, form_code: str, task_id: str | None, done_by: str, now: datetime
) -> None:
    """A form was answered, asked for or not: its task is done, and so are others that ask the same."""
    if task_id is not None:
        close_for_form(session, task_id, now, done_by=done_by)
    asked = session.scalars(
        select(Task.id)
        .where(
            Task.patient_id == patient_id,
            Task.kind == "form",
            Task.form_code == form_code,
            Task.state == "open",
        )
        .order_by(Task.id)
    ).all()
    for asked_id in asked:
        close_for_form(session, asked_id, now, done_by=done_by)


def complete_staff_tasks(
    session: Session, actor: Actor, patient_id: str, kind: str, outcome: str, now: datetime
) -> None:
    """Any one's doing completes it: whoever assigned the doctor, the task that asked for it is done."""
    waiting = session.scalars(
        select(Task.id)
        .where(Task.patient_id == patient_id, Task.kind == kind, Task.state.in_(LIVE))
        .order_by(Task.id)
    ).all()
    for task_id in waiting:
        complete(session, actor, task_id, outcome, "", now)


def close(session: Session, task: Task, state: str, now: datetime) -> None:
    """End a live task as done, skipped or cancelled, and the call it had become; publishes TaskClosed."""
    task.state, task.next_step_at = state, None
    if state == "done":
        task.done_at = now
    publish(session, TaskClosed(task.id, task.patient_id, state, now))
    for call in session.scalars(
        select(Task).where(Task.cause_id == task.id, Task.kind == "call", Task.state.in_(LIVE))
    ).all():
        call.outcome = "no_longer_needed"
        close(session, call, "cancelled", now)


def nurse_of(session: Session, patient_id: str) -> str | None:
    """The patient's responsible nurse while she works here; else nobody in particular, the team."""
    return session.scalars(
        select(Account.id)
        .join(Patient, Patient.nurse_id == Account.id)
        .where(Patient.id == patient_id, Account.active)
    ).one_or_none()


def locked(session: Session, task_id: str) -> Task:
    """The task, locked until the end of the transaction. Raises NotFound."""
    task = session.scalars(select(Task).where(Task.id == task_id).with_for_update()).one_or_none()
    if task is None:
        raise NotFound("没有找到这项任务。")
    return task


def locked_live(session: Session, task_id: str) -> Task:
    """The task, locked and still to be done. Raises NotFound, Conflict (task_closed)."""
    task = locked(session, task_id)
    ensure_live(task)
    return task


def ensure_live(task: Task) -> None:
    """Raise Conflict (task_closed) for a task that has ended."""
    if task.state not in LIVE:
        raise Conflict("这项任务已经结束了。", code="task_closed")
