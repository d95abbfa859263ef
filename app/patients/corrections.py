"""Staff correct what is on record of a patient; the trail says which fields changed, never their values."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict, Invalid
from app.core.masks import blind
from app.patients.profiles import STATUSES, find, set_id_number, set_name, set_phone
from app.patients.rules.identity import read_id_number, read_name, read_phone
from app.patients.tables import Patient

LONGEST_ADDRESS = 80
"""Characters: as many of four bytes still fit their column when sealed."""


@dataclass(frozen=True)
class Correction:
    """What a form holds. Private fields left empty stay as they are: the form never shows them."""

    name: str
    status: str
    phone: str = ""
    id_number: str = ""
    address: str = ""


def correct(
    session: Session, actor: Actor, patient_id: str, wanted: Correction, today: date, now: datetime
) -> list[str]:
    """Correct a patient's record; the names of the fields that changed.

    Raises Invalid naming the field, Conflict (id_number_taken) for another patient's ID number.
    """
    patient = find(session, patient_id)
    changed = [
        field
        for field, change in (
            ("name", _name(patient, wanted.name)),
            ("status", _status(patient, wanted.status)),
            ("phone", bool(wanted.phone) and _phone(patient, wanted.phone)),
            ("id_number", bool(wanted.id_number) and _id_number(session, patient, wanted.id_number, today)),
            ("address", bool(wanted.address) and _address(patient, wanted.address)),
        )
        if change
    ]
    if changed:
        record_change(
            session, actor, "patient", patient.id, "updated", now, patient_id=patient.id, fields=changed
        )
    return changed


def _name(patient: Patient, raw: str) -> bool:
    name = read_name(raw)
    if name == patient.name:
        return False
    set_name(patient, name)
    return True


def _status(patient: Patient, status: str) -> bool:
    if status not in STATUSES:
        raise Invalid("请选择状态。", code="status_unknown", field="status")
    before, patient.status = patient.status, status
    return before != status


def _phone(patient: Patient, raw: str) -> bool:
    phone = read_phone(raw)
    if phone == patient.phone:
        return False
    set_phone(patient, phone, verified=False)
    return True


def _id_number(session: Session, patient: Patient, raw: str, today: date) -> bool:
    number = read_id_number(raw, today)
    if number.number == patient.id_number:
        return False
    if session.scalar(select(Patient.id).where(Patient.id_blind == blind(number.number))):
        raise Conflict(
            "这个身份证号已经登记在另一位患者名下，请先核对是不是同一个人。",
            code="id_number_taken",
            field="id_number",
        )
    set_id_number(patient, number.number)
    patient.birth_on, patient.sex = number.birth_on, number.sex
    return True


def _address(patient: Patient, raw: str) -> bool:
    address = raw.strip()
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(f"地址最多 {LONGEST_ADDRESS} 个字。", code="address_length", field="address")
    before, patient.address = patient.address, address
    return before != address
