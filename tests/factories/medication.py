"""Regimens for tests, entered the way a nurse enters them."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core import clock
from app.core.ids import new_id
from app.medication.regimens import Prescription, prescribe
from app.medication.tables import Dose, Regimen


def make_regimen(
    session: Session,
    patient_id: str,
    staff_id: str,
    now: datetime,
    *,
    drug: str = "氨氯地平",
    dose: str = "5 mg",
    times: tuple[str, ...] = ("08:00",),
    start_on: date | None = None,
    end_on: date | None = None,
) -> Regimen:
    """A regimen with its first week of doses."""
    frequency = {1: "qd", 2: "bid", 3: "tid", 4: "qid"}[len(times)]
    order = Prescription(drug, dose, frequency, start_on or clock.day_of(now), times, end_on)
    return prescribe(session, Actor("staff", staff_id), patient_id, order, new_id(), now)


def doses_of(session: Session, regimen: Regimen) -> list[Dose]:
    """The regimen's doses, first due first."""
    return list(session.scalars(select(Dose).where(Dose.regimen_id == regimen.id).order_by(Dose.due_at)))
