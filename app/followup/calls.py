"""Telephone calls to those who did not answer: opened by the ladder, recorded with what came of them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core import clock
from app.core.errors import Invalid
from app.core.events import publish
from app.followup import tasks, visits
from app.followup.events import PatientUnreached
from app.followup.rules.calling import IN_VAIN, SOON, CallOutcome, next_call_at
from app.followup.rules.workdays import local_moment
from app.followup.tables import Plan, Task
from app.staff.workdays import work_calendar


def open_for(session: Session, task: Task, now: datetime, *, due_at: datetime | None = None) -> Task:
    """A call about a form nobody answered, on the responsible nurse's list; or the one that waits already.

    The ladder, a message that reached nobody and a call in vain all ask for one: two would be made at once.
    """
    standing = _waiting_call(session, task.id)
    if standing is not None:
        return standing
    number = _calls_about(session, task.id) + 1
    return tasks.open_staff_task(
        session,
        task.patient_id,
        "call",
        f"电话随访：{task.title}"[:64],
        f"微信提醒没有回应。{task.purpose}"[:255],
        "nurse",
        f"task:{task.id}:call:{number}",
        due_at or _by_next_workday(session, now),
        now,
        assignee_id=tasks.nurse_of(session, task.patient_id),
        form_code=task.form_code,
        plan_id=task.plan_id,
        cause_id=task.id,
    )


def record(session: Session, actor: Actor, call_id: str, outcome: str, note: str, now: datetime) -> Task:
    """Write down what came of a call, and do what follows from it.

    Nobody there: another try at another hour, and after the last one somebody decides, whatever the call
    was about. A wrong number is to be mended, a refusal ends this visit and the plan goes on with its
    routine one.
    The same outcome again changes nothing. Raises Invalid (outcome_unknown), Conflict (task_closed).
    """
    if outcome not in set(CallOutcome):
        raise Invalid("请选择通话结果。", code="outcome_unknown", field="outcome")
    was_live = tasks.locked(session, call_id).state in tasks.LIVE
    call = tasks.complete(session, actor, call_id, outcome, note, now)
    if not was_live:
        return call
    if outcome == CallOutcome.NO_ANSWER:
        _try_again(session, call, now)
    elif outcome == CallOutcome.WRONG_NUMBER:
        _mend_number(session, call, now)
    elif outcome == CallOutcome.REFUSED:
        _give_up(session, call, outcome, now)
    return call


def _try_again(session: Session, call: Task, now: datetime) -> None:
    asked = _asked(session, call)
    about = asked.id if asked else _matter(call)
    made, pressing = _made_in_vain(session, about), _presses(session, about)
    again_at = next_call_at(made, now, clock.zone(), work_calendar(session), pressing=pressing)
    if again_at is None:
        _tell_unreached(session, call, asked, made, now)
        _give_up(session, call, "unreached", now)
    elif asked is not None:
        open_for(session, asked, now, due_at=again_at)
    else:
        _open_again(session, call, again_at, now)


def _open_again(session: Session, call: Task, due_at: datetime, now: datetime) -> None:
    """The same call once more: about a message that did not arrive, or what a colleague asked for."""
    number = _calls_about(session, _matter(call)) + 1
    tasks.open_staff_task(
        session,
        call.patient_id,
        "call",
        call.title,
        call.purpose,
        call.executor_role,
        f"task:{_matter(call)}:call:{number}",
        due_at,
        now,
        assignee_id=tasks.nurse_of(session, call.patient_id),
        form_code=call.form_code,
        plan_id=call.plan_id,
        cause_id=_matter(call),
    )


def _tell_unreached(session: Session, call: Task, asked: Task | None, made: int, now: datetime) -> None:
    about = asked or call
    publish(session, PatientUnreached(about.id, about.patient_id, about.title, made, now))


def _matter(call: Task) -> str:
    """What a call without a form is about, the same for all its tries: a message, a line; else the call."""
    return call.cause_id or call.id


def _presses(session: Session, task_id: str) -> bool:
    """Whether it had to be told at once, by its first call; a plan opens its calls late, they never press."""
    first = session.scalars(
        select(Task).where(_is_about(task_id)).order_by(Task.opened_at, Task.id).limit(1)
    ).one()
    return first.node_key is None and first.opened_at is not None and first.due_at - first.opened_at <= SOON


def _by_next_workday(session: Session, now: datetime) -> datetime:
    """The same hour of the next day the hospital works: nobody is late on a holiday."""
    local = clock.local(now)
    day = work_calendar(session).next_workday(local.date())
    return local_moment(day, local.time(), clock.zone())


def _mend_number(session: Session, call: Task, now: datetime) -> None:
    tasks.open_staff_task(
        session,
        call.patient_id,
        "check_phone",
        "核对联系电话",
        "随访电话打不通，号码不对。请在下次就诊时核对，或联系家属。",
        "nurse",
        f"task:{call.id}:check_phone",
        _by_next_workday(session, now),
        now,
        assignee_id=call.assignee_id,
        cause_id=call.id,
    )
    if _asked(session, call) is None:
        # No form stays open that would ask again: what had to be told is told by whoever owns the alert.
        _tell_unreached(session, call, None, _made_in_vain(session, _matter(call)), now)


def _give_up(session: Session, call: Task, outcome: str, now: datetime) -> None:
    """This visit ends without answers; the plan keeps a visit ahead, so that nobody falls out of it."""
    asked = _asked(session, call)
    if asked is None:
        return
    asked.outcome = outcome
    tasks.close(session, asked, "skipped", now)
    plan = session.get(Plan, asked.plan_id) if asked.plan_id else None
    if plan is not None and plan.state != "ended":
        visits.book_next(session, plan, visits.ROUTINE, asked.id, now)


def _asked(session: Session, call: Task) -> Task | None:
    """The unanswered form this call is about, while it is still open."""
    if call.cause_id is None:
        return None
    return session.scalars(
        select(Task)
        .where(Task.id == call.cause_id, Task.kind == "form", Task.state.in_(tasks.LIVE))
        .with_for_update()
    ).one_or_none()


def _waiting_call(session: Session, task_id: str) -> Task | None:
    return session.scalars(
        select(Task)
        .where(Task.cause_id == task_id, Task.kind == "call", Task.state.in_(tasks.LIVE))
        .order_by(Task.due_at, Task.id)
        .limit(1)
    ).one_or_none()


def _calls_about(session: Session, task_id: str) -> int:
    """Every call there ever was, made or not: numbers them."""
    return session.scalar(_count_about(task_id)) or 0


def _made_in_vain(session: Session, task_id: str) -> int:
    """Calls that somebody made and nobody took; one that was called off or still waits is none."""
    made = _count_about(task_id).where(Task.state == "done", Task.outcome.in_(IN_VAIN))
    return session.scalar(made) or 0


def _count_about(task_id: str) -> Select[int]:
    return select(func.count()).select_from(Task).where(_is_about(task_id))


def _is_about(task_id: str) -> ColumnElement[bool]:
    return and_(or_(Task.cause_id == task_id, Task.id == task_id), Task.kind == "call")
