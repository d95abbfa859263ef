"""What the house is told of doses at one moment: that they are due, and later which are still left."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.events import publish
from app.medication.events import DosesDue, DosesLeft
from app.medication.tables import Dose, Regimen


def tell_due(session: Session, patient_id: str, doses: Sequence[Dose], now: datetime) -> None:
    """These doses of one moment are due: the patient is reminded of them together."""
    for dose in doses:
        dose.reminded_at = now
    publish(session, DosesDue(**_told(session, patient_id, doses, doses), at=now))


def tell_left(session: Session, patient_id: str, dose_ids: Iterable[str], now: datetime) -> None:
    """Something was answered or stopped: say what is left of the moments that were reminded of."""
    moments = session.scalars(
        select(Dose.due_at)
        .where(Dose.id.in_(list(dose_ids)), Dose.reminded_at.is_not(None))
        .distinct()
        .order_by(Dose.due_at)
    ).all()
    for due_at in moments:
        doses = session.scalars(
            select(Dose)
            .where(Dose.patient_id == patient_id, Dose.due_at == due_at, Dose.reminded_at.is_not(None))
            .order_by(Dose.id)
        ).all()
        left = [dose for dose in doses if dose.state == "due"]
        publish(session, DosesLeft(**_told(session, patient_id, doses, left), at=now))


def _told(session: Session, patient_id: str, doses: Sequence[Dose], left: Sequence[Dose]) -> dict[str, Any]:
    day = clock.day_of(doses[0].due_at)
    return {
        "patient_id": patient_id,
        "dose_ids": tuple(dose.id for dose in doses),
        "drugs": _drugs(session, left),
        "due_at": doses[0].due_at,
        "on_day": day,
        "times_today": _times_on(session, patient_id, day),
    }


def _drugs(session: Session, doses: Sequence[Dose]) -> tuple[str, ...]:
    rows = session.execute(
        select(Regimen.drug, Regimen.dose)
        .where(Regimen.id.in_([dose.regimen_id for dose in doses]))
        .order_by(Regimen.entered_at, Regimen.id)
    )
    return tuple(f"{drug} {dose}" for drug, dose in rows)


def _times_on(session: Session, patient_id: str, day: date) -> int:
    start = clock.start_of(day)
    found = session.scalar(
        select(func.count(distinct(Dose.due_at))).where(
            Dose.patient_id == patient_id,
            Dose.due_at >= start,
            Dose.due_at < start + timedelta(days=1),
            Dose.state != "cancelled",
        )
    )
    return found or 0
