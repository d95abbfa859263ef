"""Alerts nobody takes, or settles, go to the next person; those of somebody who left to one who is here."""

from datetime import datetime
from functools import partial

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.alerts.alarm import announce, locked, time_to_take, to_be_taken
from app.alerts.ownership import NOBODY, owner_for
from app.alerts.rules.escalation import escalate, role_at, why_passed_on
from app.alerts.tables import Alert
from app.core import clock
from app.core.db import changed
from app.core.fence import SET_ASIDE, fenced
from app.staff.rules.permissions import ROLES
from app.staff.tables import Account
from app.staff.workdays import work_calendar

RUNNING = ("open", "acknowledged")
"""States in which an alert's time runs: to be taken by, then to be settled by."""


def escalate_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Give up to `limit` alerts whose time ran out to the next in turn; how many were given.

    An alert is claimed by one conditional update, so two workers at once escalate once.
    """
    waiting = session.execute(
        select(Alert.id, Alert.next_escalation_at)
        .where(Alert.state.in_(RUNNING), Alert.next_escalation_at <= now)
        .order_by(Alert.next_escalation_at, Alert.id)
        .limit(limit)
    ).all()
    claimed = [alert_id for alert_id, at in waiting if at and _claim(session, alert_id, at)]
    for alert_id in claimed:
        if not fenced(session, "alerts.escalate", alert_id, partial(_pass_on, session, alert_id, now)):
            _set_aside(session, alert_id, now)
    return len(claimed)


def adopt_orphans(session: Session, now: datetime) -> int:
    """Give every unresolved alert without an active owner to somebody who works here; how many."""
    orphans = session.scalars(
        select(Alert.id)
        .join(Account, Account.id == Alert.owner_id, isouter=True)
        .where(Alert.state.in_(RUNNING), or_(Account.id.is_(None), Account.active.is_(False)))
        .order_by(Alert.id)
    ).all()
    for alert_id in orphans:
        fenced(session, "alerts.adopt", alert_id, partial(_adopt, session, alert_id, now))
    return len(orphans)


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after `after` at which an alert's time runs out."""
    return session.scalar(
        select(Alert.next_escalation_at)
        .where(Alert.state.in_(RUNNING), Alert.next_escalation_at > after)
        .order_by(Alert.next_escalation_at)
        .limit(1)
    )


def in_hand(session: Session, now: datetime) -> bool:
    """Whether an alert whose time ran out has not been passed on yet."""
    overdue = select(Alert.id).where(Alert.state.in_(RUNNING), Alert.next_escalation_at <= now).limit(1)
    return session.scalar(overdue) is not None


def _claim(session: Session, alert_id: str, at: datetime) -> bool:
    claim = (
        update(Alert)
        .where(Alert.id == alert_id, Alert.state.in_(RUNNING), Alert.next_escalation_at == at)
        .values(next_escalation_at=None)
        .execution_options(synchronize_session=False)
    )
    return changed(session, claim) == 1


def _set_aside(session: Session, alert_id: str, now: datetime) -> None:
    later = update(Alert).where(Alert.id == alert_id).values(next_escalation_at=now + SET_ASIDE)
    session.execute(later.execution_options(synchronize_session=False))


def _pass_on(session: Session, alert_id: str, now: datetime) -> None:
    alert = session.get_one(Alert, alert_id, populate_existing=True)
    turn = escalate(
        alert.urgency,
        alert.level,
        now,
        clock.zone(),
        calendar=work_calendar(session),
    )
    taken = alert.state == "acknowledged"
    had_it = frozenset({alert.owner_id} if alert.owner_id else ())
    owner = owner_for(session, alert.patient_id, now, role=turn.role, not_these=had_it)
    because = why_passed_on(
        _role_of(session, alert.owner_id), _role_of(session, owner.staff_id if owner else None), taken=taken
    )
    if alert.settle_by is not None:
        # The time that ran out is the one that the pages go on showing.
        alert.answer_by = alert.settle_by
    to_be_taken(alert)
    alert.level, alert.next_escalation_at = turn.level, turn.next_at
    alert.owner_id = owner.staff_id if owner else None
    alert.owned_because = f"{because}，{owner.because if owner else NOBODY}"
    announce(session, alert, "escalated", alert.owned_because, now)


def _role_of(session: Session, staff_id: str | None) -> str | None:
    """In Chinese; None for nobody."""
    role = session.scalars(select(Account.role).where(Account.id == staff_id)).one_or_none()
    return ROLES[role] if role else None


def _adopt(session: Session, alert_id: str, now: datetime) -> None:
    """Whoever adopts it has as long as for a new one: to them it is new."""
    alert = locked(session, alert_id)
    had_it = session.get(Account, alert.owner_id) if alert.owner_id else None
    owner = owner_for(session, alert.patient_id, now, role=role_at(alert.level))
    if owner is None or alert.state not in RUNNING or (had_it and had_it.active):
        # Nobody is here, or somebody took or resolved it a moment ago.
        return
    alert.owner_id = owner.staff_id
    alert.owned_because = f"原来的负责人已不在岗，{owner.because}"
    to_be_taken(alert)
    alert.answer_by = alert.next_escalation_at = time_to_take(session, alert.urgency, now)
    announce(session, alert, "assigned", alert.owned_because, now)
