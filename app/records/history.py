"""The health archive: allergies, diagnoses, operations, family and habits; lines are ended, never erased.

One patient's lines are written one after the other: two people cannot enter one line twice.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.patients import profiles
from app.patients.tables import Patient
from app.records.events import DiagnosisChanged
from app.records.rules.archive import missing, read_entry
from app.records.tables import HistoryEntry


def add(
    session: Session, actor: Actor, patient_id: str, kind: str, text: str, icd10: str, now: datetime
) -> HistoryEntry:
    """Add a line; the same line twice (a double tap) is kept once. `icd10` is needed for a diagnosis.

    Raises NotFound (no such patient), Invalid naming the field.
    """
    words, code = read_entry(kind, text, icd10)
    _lock(session, patient_id)
    for entry in in_force(session, patient_id):
        if (entry.kind, entry.text, entry.icd10) == (kind, words, code):
            return entry
    entry = HistoryEntry(
        patient_id=patient_id, kind=kind, text=words, icd10=code, entered_by=actor.id, entered_at=now
    )
    session.add(entry)
    session.flush()
    record_change(session, actor, "history", entry.id, "added", now, patient_id=patient_id, kind=kind)
    _announce(session, entry, now)
    return entry


def end(session: Session, actor: Actor, patient_id: str, entry_id: str, now: datetime) -> HistoryEntry:
    """A line no longer holds; it stays readable. Raises NotFound for another patient's line."""
    _lock(session, patient_id)
    entry = session.get(HistoryEntry, entry_id)
    if entry is None or entry.patient_id != patient_id:
        raise NotFound("没有这一条记录。", code="history_unknown")
    if entry.ended_at is None:
        entry.ended_at = now
        record_change(
            session, actor, "history", entry.id, "ended", now, patient_id=patient_id, kind=entry.kind
        )
        _announce(session, entry, now)
    return entry


def complete(session: Session, actor: Actor, patient_id: str, now: datetime) -> Patient:
    """Declare the archive complete. Raises Conflict (archive_incomplete) naming what is missing."""
    lacking = missing(entry.kind for entry in in_force(session, patient_id))
    if lacking:
        raise Conflict(f"还缺：{'、'.join(lacking)}。没有的请添一条“无”。", code="archive_incomplete")
    return profiles.complete_archive(session, actor, patient_id, now)


def in_force(session: Session, patient_id: str) -> Sequence[HistoryEntry]:
    """The lines that hold at present, oldest first."""
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.patient_id == patient_id, HistoryEntry.ended_at.is_(None))
        .order_by(HistoryEntry.entered_at, HistoryEntry.id)
    ).all()


def ended(session: Session, patient_id: str) -> Sequence[HistoryEntry]:
    """The lines that held once, the last ended first."""
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.patient_id == patient_id, HistoryEntry.ended_at.is_not(None))
        .order_by(HistoryEntry.ended_at.desc(), HistoryEntry.id)
    ).all()


def _lock(session: Session, patient_id: str) -> None:
    """Raises NotFound."""
    if session.scalars(select(Patient.id).where(Patient.id == patient_id).with_for_update()).first() is None:
        raise NotFound("没有找到这位患者。", code="patient_unknown")


def _announce(session: Session, entry: HistoryEntry, now: datetime) -> None:
    session.flush()
    if entry.kind == "diagnosis":
        publish(session, DiagnosisChanged(entry.patient_id, now))
