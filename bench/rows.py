"""Rows to measure on."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.followup.plans import enrol
from app.patients.tables import Patient, WechatIdentity


def enrolled_patient(session: Session, now: datetime) -> tuple[str, str]:
    """A patient on the hypertension pathway with a mini-program identity: (patient id, identity id)."""
    patient = Patient(id=new_id(), name="王秀兰", sex="female", birth_on=date(1957, 5, 1), created_at=now)
    session.add(patient)
    session.flush()
    identity = WechatIdentity(
        id=new_id(), app_id="bench", app_kind="mp", openid=new_id(), patient_id=patient.id, created_at=now
    )
    session.add(identity)
    session.flush()
    enrol(session, patient.id, "hypertension", now.date(), f"bench:{patient.id}", now)
    return patient.id, identity.id
