"""Raise, acknowledge and resolve alerts. All `alert.state =` of the house stands here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.events import AlertRaised, AlertResolved
from app.alerts.ownership import NOBODY, owner_for
from app.alerts.rules.escalation import LADDER
from app.alerts.rules.urgency import answer_by, is_graver
from app.alerts.tables import Alert, AlertStep
from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.ids import new_id
from app.core.once import keep_once
from app.staff.workdays import work_calendar

TOOK_IT = "主动接手，由本人处理到结束"
"""Why an alert is whose it is, once somebody has taken it."""


def raise_alert(
    session: Session,
    patient_id: str,
    reason: str,
    urgency: str,
    title: str,
    detail: str,
    source_kind: str,
    source_id: str,
    dedupe: str,
    now: datetime,
    *,
    role: str = "nurse",
) -> Alert:
    """Open an alert with an owner and a time to answer by; publishes AlertRaised.

    `urgency` is critical, high or normal; `role` (one of the ladder) answers first. A second cause
    under the same `dedupe` joins the standing alert as a step "again"; one that is no lighter brings
    its words, a graver one also its urgency and its time.
    """
    owner = owner_for(session, patient_id, now, role=role)
    due = _due(session, urgency, now)
    fresh = Alert(
        id=new_id(),
        dedupe_key=dedupe,
        patient_id=patient_id,
        reason=reason,
        urgency=urgency,
        title=title,
        detail=detail,
        source_kind=source_kind,
        source_id=source_id,
        raised_at=now,
        answer_by=due,
        state="open",
        owner_id=owner and owner.staff_id,
        owned_because=owner.because if owner else NOBODY,
        level=LADDER.index(role),
        next_escalation_at=due,
    )
    alert, is_new = keep_once(session, fresh, Alert.dedupe_key)
    if is_new:
        announce(session, alert, "raised", title, now)
    else:
        _again(session, alert, urgency, title, detail, now)
    return alert


def acknowledge(session: Session, actor: Actor, alert_id: str, now: datetime) -> Alert:
    """Take the alert over: it is the actor's from now on, and no longer escalates.

    The same person again changes nothing. Raises NotFound, Conflict (already_taken, already_resolved).
    """
    alert = locked(session, alert_id)
    if alert.state == "acknowledged" and alert.acknowledged_by == actor.id:
        return alert
    if alert.state == "acknowledged":
        raise Conflict("已经有同事接手了。", code="already_taken")
    if alert.state == "resolved":
        raise Conflict("这条预警已经处理完了。", code="already_resolved")
    alert.state = "acknowledged"
    alert.owner_id = alert.acknowledged_by = actor.id
    alert.owned_because = TOOK_IT
    alert.acknowledged_at = now
    alert.next_escalation_at = None
    note_step(session, alert, "acknowledged", actor.id, TOOK_IT, now)
    record_change(session, actor, "alert", alert.id, "acknowledge", now, patient_id=alert.patient_id)
    return alert


def resolve(session: Session, actor: Actor, alert_id: str, outcome: str, now: datetime) -> Alert:
    """Close the alert with what came of it; the outcome is required.

    The same person with the same outcome again changes nothing. Raises Invalid (outcome_missing),
    NotFound, Conflict (already_resolved).
    """
    outcome = outcome.strip()
    if not outcome:
        raise Invalid("请写下处理结果。", code="outcome_missing", field="outcome")
    alert = locked(session, alert_id)
    if alert.state == "resolved":
        if (alert.resolved_by, alert.outcome) == (actor.id, outcome[:255]):
            return alert
        raise Conflict("这条预警已经处理完了。", code="already_resolved")
    alert.state = "resolved"
    alert.resolved_at, alert.resolved_by, alert.outcome = now, actor.id, outcome[:255]
    alert.next_escalation_at = None
    note_step(session, alert, "resolved", actor.id, outcome[:255], now)
    record_change(session, actor, "alert", alert.id, "resolve", now, patient_id=alert.patient_id)
    publish(session, AlertResolved(alert.id, alert.patient_id, actor.id, now))
    return alert


def locked(session: Session, alert_id: str) -> Alert:
    """The alert, locked until the end of the transaction. Raises NotFound."""
    alert = session.scalars(select(Alert).where(Alert.id == alert_id).with_for_update()).one_or_none()
    if alert is None:
        raise NotFound("没有找到这条预警。")
    return alert


def note_step(
    session: Session, alert: Alert, what: str, staff_id: str | None, because: str, now: datetime
) -> None:
    """Write down one thing that happened to the alert."""
    session.add(
        AlertStep(id=new_id(), alert_id=alert.id, at=now, what=what, staff_id=staff_id, because=because[:255])
    )


def announce(session: Session, alert: Alert, what: str, because: str, now: datetime) -> None:
    """Note the step and tell the house who is to answer now, and by when."""
    note_step(session, alert, what, alert.owner_id, because, now)
    publish(
        session,
        AlertRaised(
            alert.id,
            alert.patient_id,
            alert.title,
            alert.urgency,
            alert.owner_id,
            alert.level,
            alert.next_escalation_at or alert.answer_by,
            now,
        ),
    )


def _due(session: Session, urgency: str, now: datetime) -> datetime:
    return answer_by(urgency, now, clock.zone(), calendar=work_calendar(session))


def _again(session: Session, alert: Alert, urgency: str, title: str, detail: str, now: datetime) -> None:
    note_step(session, alert, "again", alert.owner_id, title, now)
    if alert.state == "resolved":
        _open_anew(session, alert, urgency, title, detail, now)
        return
    if is_graver(alert.urgency, urgency):
        return
    # The later cause knows more: the judged visit has the numbers that a single answer had not.
    alert.title = title
    if detail not in alert.detail:
        alert.detail = f"{detail}\n{alert.detail}"
    if is_graver(urgency, alert.urgency):
        _make_graver(session, alert, urgency, now)


def _open_anew(session: Session, alert: Alert, urgency: str, title: str, detail: str, now: datetime) -> None:
    """It has happened again after somebody had closed it: as urgent as a new one, its history kept."""
    owner = owner_for(session, alert.patient_id, now)
    alert.state, alert.urgency, alert.title = "open", urgency, title
    alert.detail = f"{detail}\n{alert.detail}" if detail not in alert.detail else alert.detail
    alert.owner_id = owner.staff_id if owner else None
    alert.owned_because = owner.because if owner else NOBODY
    alert.answer_by = alert.next_escalation_at = _due(session, urgency, now)
    alert.level = 0
    alert.acknowledged_at = alert.acknowledged_by = None
    alert.resolved_at = alert.resolved_by = alert.outcome = None
    announce(session, alert, "raised", title, now)


def _make_graver(session: Session, alert: Alert, urgency: str, now: datetime) -> None:
    alert.urgency = urgency
    alert.answer_by = min(alert.answer_by, _due(session, urgency, now))
    if alert.state == "open":
        alert.next_escalation_at = alert.answer_by
    announce(session, alert, "raised", alert.title, now)
