"""Consents: given purpose by purpose, withdrawn at any time, never deleted."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Heeded, Invalid
from app.core.events import publish
from app.patients.consent_texts import HEALTH_DATA, consent_text
from app.patients.events import HealthDataAllowedAgain, HealthDataWithdrawn
from app.patients.profiles import set_status
from app.patients.tables import Consent, Patient


def active(session: Session, patient_id: str) -> dict[str, Consent]:
    """{purpose: consent} of what the patient agrees to at present."""
    rows = session.scalars(
        select(Consent)
        .where(Consent.patient_id == patient_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at)
    )
    return {consent.purpose: consent for consent in rows}


def withdrawn(session: Session, patient_id: str) -> dict[str, Consent]:
    """{purpose: the consent taken back last} of what was agreed to once and is not at present."""
    rows = session.scalars(
        select(Consent)
        .where(Consent.patient_id == patient_id, Consent.withdrawn_at.is_not(None))
        .order_by(Consent.withdrawn_at)
    )
    held = active(session, patient_id)
    return {consent.purpose: consent for consent in rows if consent.purpose not in held}


def collecting(session: Session, patient_id: str) -> bool:
    """Whether new health data may be taken from the patient: false once the consent was withdrawn."""
    return HEALTH_DATA in active(session, patient_id) or not _was_withdrawn(session, patient_id)


NOT_KEPT = (
    "您撤回了“使用我的健康信息”，我们不再收集新的信息，这次没有记下。想再记，请到“我的”里重新同意；"
    "不舒服请直接打电话或去医院，情况紧急拨打 120。"
)
"""What is said to whoever tells of their health all the same, on every way in."""


def ensure_collecting(session: Session, patient_id: str) -> None:
    """Raises Heeded (a Conflict, health_data_withdrawn): what she was promised when she withdrew it.

    A danger that was announced before stays announced: care in an emergency waits for no consent.
    """
    if not collecting(session, patient_id):
        raise Heeded(NOT_KEPT, code="health_data_withdrawn")


def give_all(
    session: Session, actor: Actor, patient_id: str, given: Mapping[str, str], now: datetime
) -> None:
    """Keep {purpose: version of the text read} that are not in force already.

    Raises Invalid: consent_needed without health_data, consent_outdated for a version no longer shown.
    """
    held = active(session, patient_id)
    if HEALTH_DATA not in given and HEALTH_DATA not in held:
        raise Invalid(
            "要先同意“使用我的健康信息”，我们才能为您建档案、做随访。",
            code="consent_needed",
            field=HEALTH_DATA,
        )
    for purpose, version in given.items():
        if purpose not in held:
            give(session, actor, patient_id, purpose, version, now)


def give(
    session: Session, actor: Actor, patient_id: str, purpose: str, version: str, now: datetime
) -> Consent:
    """Keep one consent; one that is in force already stays as it was given."""
    _one_at_a_time(session, patient_id)
    held = active(session, patient_id).get(purpose)
    if held is not None:
        return held
    if consent_text(purpose).version != version:
        raise Invalid("这段说明刚刚更新过，请重新读一遍再同意。", code="consent_outdated", field=purpose)
    consent = Consent(patient_id=patient_id, purpose=purpose, text_version=version, given_at=now)
    again = purpose == HEALTH_DATA and _was_withdrawn(session, patient_id)
    session.add(consent)
    session.flush()
    record_change(
        session, actor, "consent", consent.id, "given", now,
        patient_id=patient_id, purpose=purpose, version=version,
    )  # fmt: skip
    if again:
        set_status(session, actor, patient_id, "active", now)
        publish(session, HealthDataAllowedAgain(patient_id, now))
    return consent


def withdraw(session: Session, actor: Actor, patient_id: str, purpose: str, now: datetime) -> None:
    """Withdraw a consent; a lane asks for the consent of its purpose before every message."""
    consent_text(purpose)
    _one_at_a_time(session, patient_id)
    held = active(session, patient_id).get(purpose)
    if held is None:
        return
    held.withdrawn_at = now
    record_change(
        session, actor, "consent", held.id, "withdrawn", now, patient_id=patient_id, purpose=purpose
    )
    if purpose == HEALTH_DATA:
        set_status(session, actor, patient_id, "paused", now)
        publish(session, HealthDataWithdrawn(patient_id, now))


def _was_withdrawn(session: Session, patient_id: str) -> bool:
    earlier = select(Consent.id).where(Consent.patient_id == patient_id, Consent.purpose == HEALTH_DATA)
    return session.scalar(earlier.limit(1)) is not None


def _one_at_a_time(session: Session, patient_id: str) -> None:
    """A double tap must not leave a consent twice: withdrawing one would leave the other in force."""
    session.execute(select(Patient.id).where(Patient.id == patient_id).with_for_update())
