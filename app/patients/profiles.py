"""A patient's own row: found, corrected, given a responsible doctor and nurse."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Invalid, NotFound
from app.core.events import publish
from app.core.masks import blind
from app.patients.events import ArchiveCompleted, DoctorAssigned
from app.patients.names import pinyin_of
from app.patients.tables import Patient
from app.staff.tables import Account

STATUSES = {
    "active": "在管",
    "paused": "暂停联系",
    "in_hospital": "住院中",
    "moved": "已迁出",
    "lost": "失访",
    "deceased": "已去世",
}


def find(session: Session, patient_id: str) -> Patient:
    """The patient. Raises NotFound."""
    patient = session.get(Patient, patient_id)
    if patient is None:
        raise NotFound("没有找到这位患者。", code="patient_unknown")
    return patient


def assign_doctor(session: Session, actor: Actor, patient_id: str, doctor_id: str, now: datetime) -> Patient:
    """Give the patient a responsible doctor; publishes DoctorAssigned when it is another one."""
    patient = find(session, patient_id)
    _working(session, doctor_id, "doctor", "doctor_id")
    if patient.doctor_id != doctor_id:
        patient.doctor_id = doctor_id
        _note(session, actor, patient, "doctor_assigned", now, doctor_id=doctor_id)
        publish(session, DoctorAssigned(patient.id, doctor_id, actor.id, now))
    return patient


def assign_nurse(session: Session, actor: Actor, patient_id: str, nurse_id: str, now: datetime) -> Patient:
    """Give the patient a responsible nurse."""
    patient = find(session, patient_id)
    _working(session, nurse_id, "nurse", "nurse_id")
    if patient.nurse_id != nurse_id:
        patient.nurse_id = nurse_id
        _note(session, actor, patient, "nurse_assigned", now, nurse_id=nurse_id)
    return patient


def complete_archive(session: Session, actor: Actor, patient_id: str, now: datetime) -> Patient:
    """Mark the health archive complete, once; records.history checks that nothing is missing first."""
    patient = find(session, patient_id)
    if patient.archive_completed_at is None:
        patient.archive_completed_at = now
        _note(session, actor, patient, "archive_completed", now)
        publish(session, ArchiveCompleted(patient.id, actor.id, now))
    return patient


def set_status(session: Session, actor: Actor, patient_id: str, status: str, now: datetime) -> None:
    """Set active or paused by what the patient did; the dead, the moved and the lost stay as they are."""
    patient = find(session, patient_id)
    if patient.status in ("active", "paused") and patient.status != status:
        patient.status = status
        _note(session, actor, patient, "status_changed", now, status=status)


def set_large_type(session: Session, patient_id: str, on: bool) -> None:
    """Remember how large this patient reads."""
    find(session, patient_id).large_type = on


def set_name(patient: Patient, name: str) -> None:
    """Name, and what it is searched by."""
    patient.name = name
    patient.pinyin, patient.initials = pinyin_of(name)


def set_phone(patient: Patient, phone: str, *, verified: bool) -> None:
    """Phone number with its blind indexes, whole and last four; `verified` when WeChat gave it."""
    patient.phone, patient.phone_blind, patient.phone_verified = phone, blind(phone), verified
    patient.phone_tail_blind = blind(phone[-4:])


def set_id_number(patient: Patient, number: str) -> None:
    """ID number with its blind indexes, whole and last four."""
    patient.id_number, patient.id_blind = number, blind(number)
    patient.id_tail_blind = blind(number[-4:])


def _working(session: Session, account_id: str, role: str, field: str) -> None:
    account = session.get(Account, account_id)
    if account is None or account.role != role or not account.active:
        raise Invalid("请从名单里选一位在岗的同事。", code="not_working", field=field)


def _note(
    session: Session, actor: Actor, patient: Patient, action: str, now: datetime, **detail: Any
) -> None:
    record_change(session, actor, "patient", patient.id, action, now, patient_id=patient.id, **detail)
