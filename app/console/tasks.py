"""Staff's tasks: mine, the team's, the overdue; one task with what to do, and what came of it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.alerts import reads as alerts
from app.audit.trail import record_read
from app.console.after_task import after
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import DomainError, NotFound
from app.followup import calls, reads, tasks
from app.followup.rules.calling import CallOutcome
from app.followup.tables import Task
from app.followup.tasks import LIVE
from app.http.doors import outside
from app.http.errors import status_of
from app.http.numbered import asked_sheet
from app.http.pressure_chart import INDICATORS
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.patients.reads import Summary, summary
from app.records import readings
from app.staff.reads import names
from app.staff.rules.permissions import ROLES

console = Blueprint("tasks_console", __name__, url_prefix="/console/tasks")

LISTS = {"mine": "我的", "team": "团队", "overdue": "已过期"}


@console.get("")
@staff_only("tasks.work")
def listed() -> str:
    """One of the lists, soonest first; who has nothing of her own sees her team's."""
    me, now = current_staff(), clock.now()
    with read_only(outside().readers) as session:
        counts = reads.counts(session, me.id, me.role, now)
        which = request.args.get("list", "mine" if counts["mine"] else "team")
        if which not in LISTS:
            abort(404)
        page = asked_sheet(counts[which])
        return render_template(
            "tasks/list.html",
            items=reads.worklist(session, which, me.id, me.role, now, skip=page.skip),
            page=page,
            counts=counts,
            lists=LISTS,
            which=which,
            forgotten=reads.forgotten(session) if which == "team" else [],
        )


@console.get("/<task_id>")
@staff_only("tasks.work")
def show(task_id: str) -> str:
    """What is to be done for whom, and why."""
    return _page(task_id)


@console.post("/<task_id>/take")
@staff_only("tasks.work")
def take(task_id: str) -> Response | tuple[str, int]:
    """It is mine from now on."""
    try:
        contend(outside().sessions, lambda session: tasks.take(session, staff_actor(), task_id, clock.now()))
    except DomainError as problem:
        return _page(task_id, problem), status_of(problem)
    return redirect(url_for("tasks_console.show", task_id=task_id))


@console.post("/<task_id>/done")
@staff_only("tasks.work")
def done(task_id: str) -> Response | tuple[str, int]:
    """Close it with what came of it; a call has outcomes of its own."""
    outcome, note = request.form.get("outcome", "done"), request.form.get("note", "").strip()
    try:
        contend(outside().sessions, lambda session: _close(session, task_id, outcome, note))
    except DomainError as problem:
        return _page(task_id, problem), status_of(problem)
    return redirect(url_for("tasks_console.show", task_id=task_id), 303)


def _close(session: Session, task_id: str, outcome: str, note: str) -> None:
    actor, now = staff_actor(), clock.now()
    if _find(session, task_id).kind == "call":
        calls.record(session, actor, task_id, outcome, note, now)
    else:
        tasks.complete(session, actor, task_id, "done", note, now)


def _find(session: Session, task_id: str) -> Task:
    task = session.get(Task, task_id)
    if task is None or task.kind == "form":
        raise NotFound("没有找到这项任务。", code="task_unknown")
    return task


def _owner(session: Session, task: Task, patient: Summary) -> str:
    """Whose the task is, and why."""
    if task.assignee_id is None:
        return f"还没有人，{ROLES.get(task.executor_role, '团队')}都可以做"
    name = names(session, [task.assignee_id])[task.assignee_id]
    if task.assignee_id in (patient.nurse_id, patient.doctor_id):
        return f"{name}，是这位患者的责任{'护士' if task.assignee_id == patient.nurse_id else '医生'}"
    return f"{name}，是自己接下的"


def _page(task_id: str, problem: DomainError | None = None) -> str:
    now = clock.now()
    with transaction(outside().sessions) as session:
        task = _find(session, task_id)
        patient = summary(session, task.patient_id, clock.day_of(now))
        record_read(session, staff_actor(), patient.id, "task", now)
        return render_template(
            "tasks/show.html",
            task=task,
            patient=patient,
            now=now,
            owner=_owner(session, task, patient),
            after=after(session, task, current_staff(), now) if task.state not in LIVE else None,
            alerts=alerts.alerts_of(session, patient.id, now),
            pressure=readings.latest(session, patient.id, INDICATORS),
            outcomes=[(outcome.value, outcome.chinese) for outcome in CallOutcome],
            overdue=task.state == "open" and task.due_at < now,
            mine=task.assignee_id == current_staff().id,
            problem=problem,
            form=request.form,
        )
