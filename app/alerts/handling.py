"""What people do with an alert: take it, note what was done, hand it to a doctor, resolve it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.alarm import announce, locked, note_step, time_to_take, to_be_taken
from app.alerts.causes import causes_of
from app.alerts.events import AlertResolved, AlertTaken, AlertTakenAway
from app.alerts.rules.escalation import LADDER
from app.alerts.rules.history import HANDED
from app.alerts.rules.urgency import settle_by
from app.alerts.tables import Alert
from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.typed import fitting
from app.staff.tables import Account
from app.staff.workdays import work_calendar

TOOK_IT = "主动接手，由本人处理到结束"
"""Why an alert is whose it is, once somebody has taken it."""

LONGEST_HANDOVER, LONGEST_NOTE = 60, 255
"""Characters; a handover stands behind the owner's name."""


def acknowledge(session: Session, actor: Actor, alert_id: str, now: datetime) -> Alert:
    """Take the alert over: it is the actor's, and climbs again only when nothing is written in time.

    The same person again changes nothing. Raises NotFound, Conflict (already_taken, already_resolved).
    """
    alert = locked(session, alert_id)
    if alert.state == "acknowledged" and alert.acknowledged_by == actor.id:
        return alert
    if alert.state == "acknowledged":
        raise Conflict("已经有同事接手了。", code="already_taken")
    _refuse_resolved(alert)
    alert.state = "acknowledged"
    alert.owner_id = alert.acknowledged_by = actor.id
    alert.owned_because = TOOK_IT
    alert.acknowledged_at = now
    _give_time_to_settle(session, alert, now)
    note_step(session, alert, "acknowledged", actor.id, TOOK_IT, now)
    record_change(session, actor, "alert", alert.id, "acknowledge", now, patient_id=alert.patient_id)
    publish(session, AlertTaken(alert.id, alert.patient_id, actor.id, now))
    return alert


def note_done(session: Session, actor: Actor, alert_id: str, what: str, now: datetime) -> Alert:
    """Write down what was done so far; whoever has it in hand has as long again.

    A colleague's note is kept and moves nobody's time: it does not say that the owner is at work.
    Raises Invalid (note_missing, too_long), NotFound, Conflict (already_resolved, not_taken).
    """
    alert = locked(session, alert_id)
    _refuse_resolved(alert)
    what = _written(what, "请写下做了什么。", "note", "做了什么", LONGEST_NOTE)
    if alert.state != "acknowledged":
        raise Conflict("请先按“我来处理”接手，再记下做了什么。", code="not_taken")
    if alert.acknowledged_by == actor.id:
        _give_time_to_settle(session, alert, now)
    note_step(session, alert, "noted", actor.id, what, now)
    record_change(session, actor, "alert", alert.id, "note", now, patient_id=alert.patient_id)
    return alert


def hand_over(
    session: Session,
    actor: Actor,
    alert_id: str,
    doctor_id: str,
    why: str,
    now: datetime,
    *,
    holder_id: str | None = None,
) -> Alert:
    """Give the alert to a doctor, who must take it within the time of a new one; else it climbs on.

    `holder_id` is who the actor's page said has it in hand: an alert is taken out of a colleague's hand
    knowingly or not at all, and the colleague is told. The same again changes nothing.
    Raises Invalid (doctor_missing, doctor_self, note_missing, too_long), NotFound, Conflict
    (already_resolved, already_taken).
    """
    alert = locked(session, alert_id)
    _refuse_resolved(alert)
    why = _written(why, "请写一句话，告诉医生为什么交给他。", "why", "为什么", LONGEST_HANDOVER)
    doctor = _doctor_to_have_it(session, actor, doctor_id)
    by = session.scalars(select(Account.name).where(Account.id == actor.id)).one()
    because = f"{by}{HANDED}{why}"
    if (alert.state, alert.owner_id, alert.owned_because) == ("open", doctor.id, because):
        return alert
    had_it = alert.acknowledged_by
    _refuse_unknowing(session, had_it, frozenset({actor.id, holder_id}), doctor)
    to_be_taken(alert)
    alert.owner_id, alert.owned_because = doctor.id, because
    alert.level = LADDER.index("doctor")
    alert.answer_by = alert.next_escalation_at = time_to_take(session, alert.urgency, now)
    announce(session, alert, "handed", because, now)
    record_change(
        session, actor, "alert", alert.id, "hand_over", now, patient_id=alert.patient_id, to=doctor.id
    )
    if had_it is not None and had_it != actor.id:
        publish(session, AlertTakenAway(alert.id, alert.patient_id, had_it, by, doctor.name, now))
    return alert


def resolve(
    session: Session, actor: Actor, alert_id: str, outcome: str, now: datetime, *, seen: int
) -> Alert:
    """Close the alert with what came of it; the outcome is required.

    `seen` is how many causes the actor's page has shown: what nobody has read is not closed. The same
    person with the same outcome again changes nothing. Raises Invalid (outcome_missing, too_long),
    NotFound, Conflict (already_resolved, new_cause).
    """
    alert = locked(session, alert_id)
    if alert.state == "resolved" and (alert.resolved_by, alert.outcome) == (actor.id, outcome.strip()):
        return alert
    _refuse_resolved(alert)
    outcome = fitting(outcome, LONGEST_NOTE, "outcome", "结果")
    if not outcome:
        raise Invalid("请写下处理结果。", code="outcome_missing", field="outcome")
    if seen != len(causes_of(session, alert.id)):
        raise Conflict("刚刚又有新情况，请先看一眼，再结束这条预警。您写的结果还在。", code="new_cause")
    alert.state = "resolved"
    alert.resolved_at, alert.resolved_by, alert.outcome = now, actor.id, outcome
    alert.next_escalation_at = None
    note_step(session, alert, "resolved", actor.id, outcome, now)
    record_change(session, actor, "alert", alert.id, "resolve", now, patient_id=alert.patient_id)
    publish(session, AlertResolved(alert.id, alert.patient_id, alert.identity_id, actor.id, now))
    return alert


def _give_time_to_settle(session: Session, alert: Alert, now: datetime) -> None:
    due = settle_by(alert.urgency, now, clock.zone(), calendar=work_calendar(session))
    alert.settle_by = alert.next_escalation_at = due


def _doctor_to_have_it(session: Session, actor: Actor, doctor_id: str) -> Account:
    if doctor_id == actor.id:
        raise Invalid("您自己处理，请按“我来处理”接手。", code="doctor_self", field="doctor_id")
    doctor = session.scalars(
        select(Account).where(Account.id == doctor_id, Account.role == "doctor", Account.active)
    ).one_or_none()
    if doctor is None:
        raise Invalid("请选一位在职的医生。", code="doctor_missing", field="doctor_id")
    return doctor


def _refuse_unknowing(
    session: Session, had_it: str | None, known: frozenset[str | None], doctor: Account
) -> None:
    if had_it == doctor.id:
        raise Conflict(f"{doctor.name}已经接手了，正在处理。", code="already_taken")
    if had_it is not None and had_it not in known:
        name = session.scalars(select(Account.name).where(Account.id == had_it)).one()
        raise Conflict(
            f"{name}刚刚接手了。请先和{name}说一声；还是要交给医生，就再按一次。", code="already_taken"
        )


def _written(text: str, missing: str, field: str, name: str, most: int) -> str:
    text = fitting(text, most, field, name)
    if not text:
        raise Invalid(missing, code="note_missing", field=field)
    return text


def _refuse_resolved(alert: Alert) -> None:
    if alert.state == "resolved":
        raise Conflict("这条预警已经处理完了。", code="already_resolved")
