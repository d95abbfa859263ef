"""The record a card is activated for: found by ID number, or made; never doubled, never taken over."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict
from app.core.masks import blind
from app.core.once import keep_once
from app.patients.person import Person
from app.patients.profiles import set_id_number, set_name, set_phone
from app.patients.rules.matching import Claim, is_same_person
from app.patients.tables import Patient, WechatIdentity


def record_for(
    session: Session, identity: WechatIdentity, person: Person, actor: Actor, now: datetime
) -> Patient:
    """The record of this person, whom this WeChat speaks for.

    Raises Conflict: identity_taken when the WeChat belongs to somebody else, ask_the_desk when the
    ID number is on record and what else was given does not show that it is the same person.
    """
    patient = _by_id_number(session, person) or _own_unnumbered(session, identity, person)
    if identity.patient_id is not None and (patient is None or patient.id != identity.patient_id):
        raise Conflict(
            "这个微信已经登记了另一个人。给家人开卡，请用家人自己的微信扫码，或到服务台办理。",
            code="identity_taken",
        )
    if patient is None:
        patient = _add(session, person, actor, now)
    if not is_same_person(_claim(session, identity, patient, person)):
        raise Conflict(
            "这个身份证号已经登记过，但这次填的手机号对不上。请带身份证到服务台核对。",
            code="ask_the_desk",
        )
    _take_over_phone(session, patient, person, actor, now)
    return patient


def _by_id_number(session: Session, person: Person) -> Patient | None:
    return session.scalar(select(Patient).where(Patient.id_blind == blind(person.id_number)))


def _own_unnumbered(session: Session, identity: WechatIdentity, person: Person) -> Patient | None:
    """This WeChat's own record when staff made it without an ID number: it gets the number now."""
    patient = session.get(Patient, identity.patient_id) if identity.patient_id else None
    if patient is None or patient.id_blind is not None or patient.name != person.name:
        return None
    set_id_number(patient, person.id_number)
    return patient


def _add(session: Session, person: Person, actor: Actor, now: datetime) -> Patient:
    patient = Patient(sex=person.sex, birth_on=person.birth_on, created_at=now)
    set_name(patient, person.name)
    set_phone(patient, person.phone, verified=person.phone_verified)
    set_id_number(patient, person.id_number)
    # Two cards of one person at the same moment: one of them makes the record, the other finds it.
    standing, made = keep_once(session, patient, Patient.id_blind)
    if made:
        record_change(session, actor, "patient", patient.id, "created", now, patient_id=patient.id)
    return standing


def _claim(session: Session, identity: WechatIdentity, patient: Patient, person: Person) -> Claim:
    tied = session.scalar(
        select(func.count()).select_from(WechatIdentity).where(WechatIdentity.patient_id == patient.id)
    )
    return Claim(
        same_name=patient.name == person.name,
        same_phone=patient.phone_blind == blind(person.phone),
        phone_verified=person.phone_verified,
        wechat_known=identity.patient_id == patient.id,
        record_has_wechat=bool(tied),
    )


def _take_over_phone(session: Session, patient: Patient, person: Person, actor: Actor, now: datetime) -> None:
    """A number WeChat gave is newer truth than what is on record; a typed one is not."""
    same = patient.phone_blind == blind(person.phone)
    if person.phone_verified and not (same and patient.phone_verified):
        set_phone(patient, person.phone, verified=True)
        record_change(session, actor, "patient", patient.id, "phone_verified", now, patient_id=patient.id)
