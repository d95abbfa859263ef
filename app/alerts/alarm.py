"""Raise alerts: a new danger always has somebody who must take it, whoever had the old one in hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.causes import causes_of, keep
from app.alerts.events import AlertRaised
from app.alerts.ownership import NOBODY, Owner, owner_for
from app.alerts.rules.causes import (
    RAISES_AGAIN,
    SAME_MATTER,
    STANDS_ALONE,
    Cause,
    place_of,
    tells_of_the_same,
)
from app.alerts.rules.escalation import LADDER
from app.alerts.rules.urgency import answer_by, is_graver
from app.alerts.tables import Alert, AlertCause, AlertStep
from app.core import clock
from app.core.errors import NotFound
from app.core.events import publish
from app.core.ids import new_id
from app.core.once import keep_once
from app.patients.tables import WechatIdentity
from app.staff.rota import all_on_duty
from app.staff.workdays import work_calendar

HAD_IT = "已经接手这位患者，又出现新的危险"
"""Why whoever had an alert in hand is asked again."""


@dataclass(frozen=True)
class _Told:
    """A cause with where it was told, and the patient's own words."""

    cause: Cause
    source_kind: str
    said: str


@dataclass(frozen=True)
class _Matter:
    """What a new alert is about: `dedupe` as the caller named it, `key` as the database keeps it once."""

    dedupe: str
    key: str
    patient_id: str | None
    identity_id: str | None
    reason: str
    role: str


def raise_alert(
    session: Session,
    patient_id: str | None,
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
    code: str = "",
    said: str = "",
    pressure: tuple[int, int] | None = None,
    sums_up: bool = False,
    identity_id: str | None = None,
) -> Alert:
    """Open an alert with an owner and a time to answer by; publishes AlertRaised.

    `urgency` is critical, high or normal; `role` (one of the ladder) answers first; `code` tells one
    reason from another (else `reason`); `said` are the patient's own words; `pressure` is in mmHg. A
    second cause under the same `dedupe` joins the alert that stands, raises it again, or stands alone:
    alerts.rules.causes. Without a patient, `identity_id` is the WeChat of whoever wrote.
    """
    cause = Cause(code or reason, urgency, title, detail, now, source_id, pressure, sums_up)
    told = _Told(cause, source_kind, said)
    standing = _standing(session, dedupe) or _told_already(session, patient_id, cause)
    if standing is not None:
        standing.patient_id = standing.patient_id or patient_id
        joined = _join_unless_alone(session, standing, told, now)
        if joined is not None:
            return joined
    matter = _Matter(
        dedupe, f"{dedupe}@{standing.id}" if standing else dedupe, patient_id, identity_id, reason, role
    )
    alert, is_new = keep_once(session, _fresh(session, matter, told, now), Alert.dedupe_key)
    if not is_new:
        return _join_the_quicker(session, alert, told, now)
    keep(session, alert, cause, source_kind, said)
    announce(session, alert, "raised", title, now)
    return alert


def name_patient(session: Session, patient_id: str) -> None:
    """Whoever wrote without a card is this patient now: the alerts of their WeChat are the patient's."""
    theirs = select(WechatIdentity.id).where(WechatIdentity.patient_id == patient_id)
    alerts = select(Alert).where(Alert.patient_id.is_(None), Alert.identity_id.in_(theirs))
    for alert in session.scalars(alerts.with_for_update()):
        alert.patient_id = patient_id


def locked(session: Session, alert_id: str) -> Alert:
    """The alert, locked until the end of the transaction. Raises NotFound."""
    alert = session.scalars(
        select(Alert).where(Alert.id == alert_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if alert is None:
        raise NotFound("没有找到这条预警。")
    return alert


def time_to_take(session: Session, urgency: str, now: datetime) -> datetime:
    """By when an alert of this urgency must be taken, by the hospital's calendar."""
    return answer_by(urgency, now, clock.zone(), calendar=work_calendar(session))


def to_be_taken(alert: Alert) -> None:
    """Nobody has it in hand any more: somebody must take it anew."""
    alert.state = "open"
    alert.acknowledged_at = alert.acknowledged_by = alert.settle_by = None


def note_step(
    session: Session, alert: Alert, what: str, staff_id: str | None, because: str, now: datetime
) -> None:
    """Write down one thing that happened to the alert."""
    session.add(
        AlertStep(id=new_id(), alert_id=alert.id, at=now, what=what, staff_id=staff_id, because=because[:255])
    )


def announce(session: Session, alert: Alert, what: str, because: str, now: datetime) -> None:
    """Note the step and tell the house who is to answer now, and by when.

    However long until the next turn, whoever is told has no longer than for a new alert.
    """
    turn_ends, due = alert.next_escalation_at, time_to_take(session, alert.urgency, now)
    note_step(session, alert, what, alert.owner_id, because, now)
    publish(
        session,
        AlertRaised(
            alert.id,
            alert.patient_id,
            alert.identity_id,
            alert.title,
            alert.urgency,
            alert.owner_id,
            alert.level,
            min(turn_ends, due) if turn_ends else alert.answer_by,
            now,
        ),
    )


def _standing(session: Session, matter: str) -> Alert | None:
    """The last alert of this matter, locked: nobody takes or resolves it while a cause joins it."""
    return session.scalars(
        select(Alert)
        .where(Alert.matter == matter)
        .order_by(Alert.raised_at.desc(), Alert.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _told_already(session: Session, patient_id: str | None, cause: Cause) -> Alert | None:
    """The patient's unresolved alert of the very same pressure, told a short while ago by another way."""
    if patient_id is None or cause.pressure is None:
        return None
    systolic, diastolic = cause.pressure
    return session.scalars(
        select(Alert)
        .join(AlertCause, AlertCause.alert_id == Alert.id)
        .where(
            Alert.patient_id == patient_id,
            Alert.state != "resolved",
            AlertCause.systolic_mmhg == systolic,
            AlertCause.diastolic_mmhg == diastolic,
            AlertCause.at >= cause.at - SAME_MATTER,
        )
        .order_by(Alert.raised_at.desc(), Alert.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _fresh(session: Session, matter: _Matter, told: _Told, now: datetime) -> Alert:
    """An alert as it begins: open, with an owner and a time to answer by."""
    cause = told.cause
    owner = owner_for(session, matter.patient_id, now, role=matter.role)
    due = time_to_take(session, cause.urgency, now)
    return Alert(
        id=new_id(),
        dedupe_key=matter.key,
        matter=matter.dedupe,
        patient_id=matter.patient_id,
        identity_id=matter.identity_id,
        reason=matter.reason,
        urgency=cause.urgency,
        title=cause.title,
        detail=cause.detail,
        source_kind=told.source_kind,
        source_id=cause.source_id,
        raised_at=now,
        answer_by=due,
        state="open",
        owner_id=owner and owner.staff_id,
        owned_because=owner.because if owner else NOBODY,
        level=LADDER.index(matter.role),
        next_escalation_at=due,
    )


def _join_unless_alone(session: Session, alert: Alert, told: _Told, now: datetime) -> Alert | None:
    """The alert with one more cause; None for a cause that is another alert."""
    place = place_of(told.cause, alert.state, causes_of(session, alert.id))
    return None if place == STANDS_ALONE else _join(session, alert, told, place, now)


def _join_the_quicker(session: Session, alert: Alert, told: _Told, now: datetime) -> Alert:
    """Somebody else was quicker with the same matter: theirs stands, and this joins it."""
    alert = locked(session, alert.id)
    place = place_of(told.cause, alert.state, causes_of(session, alert.id))
    return _join(session, alert, told, place, now)


def _join(session: Session, alert: Alert, told: _Told, place: str, now: datetime) -> Alert:
    cause = told.cause
    is_new_event = not any(tells_of_the_same(cause, each) for each in causes_of(session, alert.id))
    keep(session, alert, cause, told.source_kind, told.said)
    if is_new_event:
        note_step(session, alert, "again", alert.owner_id, cause.title, now)
    graver = is_graver(cause.urgency, alert.urgency)
    if graver:
        alert.urgency = cause.urgency
    due = time_to_take(session, cause.urgency, now)
    if place == RAISES_AGAIN:
        _raise_again(session, alert, cause, due, now)
    elif graver and alert.state == "open":
        alert.answer_by = alert.next_escalation_at = min(alert.answer_by, due)
        announce(session, alert, "raised", cause.title, now)
    elif alert.state == "open":
        # At the top the next turn may be hours away: told again, the danger does not wait so long.
        alert.next_escalation_at = min(alert.next_escalation_at or due, due)
    return alert


def _raise_again(session: Session, alert: Alert, cause: Cause, due: datetime, now: datetime) -> None:
    """What whoever has it in hand has not seen: to be taken anew, as urgently as a new one."""
    owner = _who_had_it(session, alert, now) or owner_for(session, alert.patient_id, now)
    to_be_taken(alert)
    alert.answer_by = alert.next_escalation_at = due
    alert.level = 0
    alert.owner_id = owner.staff_id if owner else None
    alert.owned_because = owner.because if owner else NOBODY
    announce(session, alert, "raised", cause.title, now)


def _who_had_it(session: Session, alert: Alert, now: datetime) -> Owner | None:
    """Whoever had it, while they are here or nobody is: after their shift the next one is nearer."""
    here = [each.id for each in all_on_duty(session, now)]
    if alert.acknowledged_by is None or (here and alert.acknowledged_by not in here):
        return None
    return Owner(alert.acknowledged_by, HAD_IT)
