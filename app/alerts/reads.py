"""What screens show of alerts. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.alerts.rules.urgency import URGENCIES
from app.alerts.tables import Alert, AlertStep
from app.core.errors import NotFound
from app.patients.tables import Patient
from app.staff.tables import Account

UNRESOLVED = ("open", "acknowledged")

_RANK = case({urgency: rank for rank, urgency in enumerate(URGENCIES)}, value=Alert.urgency, else_=99)


@dataclass(frozen=True)
class AlertRow:
    """One alert on a list."""

    alert: Alert
    patient_name: str
    owner_name: str | None
    overdue: bool


@dataclass(frozen=True)
class Counts:
    """How many alerts need somebody."""

    open: int
    """Nobody has taken them yet."""
    critical: int
    """Of the open ones."""
    ownerless: int
    """Unresolved, and nobody who works here answers for them: must be none."""


def open_alerts(session: Session, now: datetime, *, most: int = 100) -> list[AlertRow]:
    """Everything unresolved: the gravest first, among equals what must be answered first."""
    return _rows(
        session,
        now,
        Alert.state.in_(UNRESOLVED),
        _RANK,
        Alert.state == "acknowledged",
        Alert.answer_by,
        most=most,
    )


def alerts_of(session: Session, patient_id: str, now: datetime, *, most: int = 20) -> list[AlertRow]:
    """One patient's alerts, unresolved first, then the latest."""
    of_patient = Alert.patient_id == patient_id
    return _rows(session, now, of_patient, Alert.state == "resolved", Alert.raised_at.desc(), most=most)


def alert_row(session: Session, alert_id: str, now: datetime) -> AlertRow:
    """One alert. Raises NotFound."""
    found = _rows(session, now, Alert.id == alert_id, most=1)
    if not found:
        raise NotFound("没有找到这条预警。")
    return found[0]


def steps_of(session: Session, alert_id: str) -> list[tuple[AlertStep, str | None]]:
    """(step, who) of everything that happened to the alert, latest first."""
    rows = session.execute(
        select(AlertStep, Account.name)
        .join(Account, Account.id == AlertStep.staff_id, isouter=True)
        .where(AlertStep.alert_id == alert_id)
        .order_by(AlertStep.at.desc(), AlertStep.id.desc())
    )
    return [(step, name) for step, name in rows]


def from_sources(
    session: Session, patient_id: str, sources: Collection[str], now: datetime
) -> list[AlertRow]:
    """The patient's alerts that these rows (a response, a task) caused, the latest first."""
    caused = (Alert.patient_id == patient_id) & Alert.source_id.in_(sources)
    return _rows(session, now, caused, Alert.raised_at.desc(), most=5)


def counts(session: Session) -> Counts:
    """One look at what is unresolved, however many alerts there ever were: asked every two seconds."""
    is_open = Alert.state == "open"
    deserted = or_(Account.id.is_(None), Account.active.is_(False))
    row = session.execute(
        select(
            *(
                func.count(case((holds, 1)))
                for holds in (is_open, and_(is_open, Alert.urgency == "critical"), deserted)
            )
        )
        .select_from(Alert)
        .join(Account, Account.id == Alert.owner_id, isouter=True)
        .where(Alert.state.in_(UNRESOLVED))
    ).one()
    return Counts(*(int(count) for count in row))


def open_by_urgency(session: Session) -> dict[str, int]:
    """How many alerts nobody has taken yet, by urgency."""
    rows = session.execute(
        select(Alert.urgency, func.count()).where(Alert.state == "open").group_by(Alert.urgency)
    )
    return dict.fromkeys(URGENCIES, 0) | {urgency: count for urgency, count in rows}


def _rows(
    session: Session, now: datetime, where: ColumnElement[bool], *order: Any, most: int
) -> list[AlertRow]:
    rows = session.execute(
        select(Alert, Patient.name, Account.name)
        .join(Patient, Patient.id == Alert.patient_id)
        .join(Account, Account.id == Alert.owner_id, isouter=True)
        .where(where)
        .order_by(*order, Alert.id)
        .limit(most)
    )
    return [
        AlertRow(alert, patient, owner, alert.state == "open" and alert.answer_by < now)
        for alert, patient, owner in rows
    ]
