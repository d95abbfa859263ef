"""What the clock does to doses: draws them ahead, calls them due, and closes the day."""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.fence import fenced
from app.medication.drawing import draw_ahead
from app.medication.missing import notice_missed_days
from app.medication.tables import Dose
from app.medication.telling import tell_due
from app.messaging.purposes import PURPOSES
from app.patients.tables import Patient

USEFUL_FOR = PURPOSES["dose"].useful_for
"""A later reminder is none: nothing is sent that would be taken back at once."""


def remind_due(session: Session, now: datetime, limit: int) -> int:
    """Do what is due; how much there was. 0 says that nothing is left for now."""
    return draw_ahead(session, now, limit) + _close_days(session, now, limit) + _call_due(session, now, limit)


def _call_due(session: Session, now: datetime, limit: int) -> int:
    """The doses of one patient at one moment are called together, so that one message tells of them all."""
    moments = session.execute(
        select(Dose.patient_id, Dose.due_at)
        .where(Dose.state == "planned", Dose.due_at <= now)
        .distinct()
        .order_by(Dose.due_at, Dose.patient_id)
        .limit(limit)
    ).all()
    for patient_id, due_at in moments:
        if not fenced(
            session, "medication.call", patient_id, partial(_call, session, patient_id, due_at, now)
        ):
            _call_in_silence(session, patient_id, due_at)
    return len(moments)


def _call_in_silence(session: Session, patient_id: str, due_at: datetime) -> None:
    """Due without a message: its hour is the prescription's and cannot be moved to try again."""
    session.execute(
        update(Dose)
        .where(Dose.patient_id == patient_id, Dose.due_at == due_at, Dose.state == "planned")
        .values(state="due")
        .execution_options(synchronize_session="fetch")
    )


def _call(session: Session, patient_id: str, due_at: datetime, now: datetime) -> None:
    doses = session.scalars(
        select(Dose)
        .where(Dose.patient_id == patient_id, Dose.due_at == due_at, Dose.state == "planned")
        .order_by(Dose.id)
        .with_for_update(skip_locked=True)
    ).all()
    contacted = session.scalars(select(Patient.status).where(Patient.id == patient_id)).one() == "active"
    for dose in doses:
        # Nobody is expected to answer from a hospital bed, or after moving away: it counts for nothing.
        dose.state = "due" if contacted else "cancelled"
    if doses and contacted and now - due_at < USEFUL_FOR:
        tell_due(session, patient_id, doses, now)


def _close_days(session: Session, now: datetime, limit: int) -> int:
    """No answer by the end of its day is no answer: unanswered, which is not taken."""
    regimens = session.scalars(
        select(Dose.regimen_id).where(*_over(now)).distinct().order_by(Dose.regimen_id).limit(limit)
    ).all()
    return sum(
        fenced(session, "medication.close", regimen_id, partial(_close, session, regimen_id, now))
        for regimen_id in regimens
    )


def _close(session: Session, regimen_id: str, now: datetime) -> None:
    doses = session.scalars(
        select(Dose)
        .where(Dose.regimen_id == regimen_id, *_over(now))
        .order_by(Dose.due_at)
        .with_for_update(skip_locked=True)
    ).all()
    for dose in doses:
        dose.state = "unanswered"
    session.flush()
    for day in sorted({clock.day_of(dose.due_at) for dose in doses}):
        notice_missed_days(session, regimen_id, day, now)


def _over(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Dose.state == "due", Dose.due_at < clock.start_of(clock.day_of(now))
