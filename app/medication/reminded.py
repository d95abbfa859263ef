"""Whether a patient is reminded of every dose: told to whoever enters a medicine, and to the patient."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.medication.rules.reminded import Reminded, reminded
from app.medication.tables import Regimen
from app.messaging import grants
from app.patients import consents
from app.patients.consent_texts import REMINDERS
from app.patients.tables import Patient, WechatIdentity


def reminded_of(session: Session, patient_id: str, today: date) -> Reminded:
    """As things stand: of the regimens that are not over, by the lanes of messaging.purposes."""
    in_force = select(Regimen.times).where(
        Regimen.patient_id == patient_id,
        Regimen.stopped_at.is_(None),
        or_(Regimen.end_on.is_(None), Regimen.end_on >= today),
    )
    return reminded(
        _moments(session.scalars(in_force)),
        followed_up=session.get_one(Patient, patient_id).status == "active",
        agreed=REMINDERS in consents.active(session, patient_id),
        subscribed=grants.allows(session, patient_id, "dose"),
        follows=_follows(session, patient_id),
    )


def _moments(times: Iterable[list[str]]) -> list[str]:
    return sorted({at for of_one in times for at in of_one})


def _follows(session: Session, patient_id: str) -> bool:
    follower = select(WechatIdentity.id).where(
        WechatIdentity.patient_id == patient_id, WechatIdentity.app_kind == "oa", WechatIdentity.following
    )
    return session.scalar(follower.limit(1)) is not None
