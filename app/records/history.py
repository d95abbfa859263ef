"""The health archive: allergies, diagnoses, operations, family and habits; lines are ended, never erased."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict, NotFound
from app.patients import profiles
from app.patients.tables import Patient
from app.records.rules.archive import missing, read_entry
from app.records.tables import HistoryEntry


def add(
    session: Session, actor: Actor, patient_id: str, kind: str, text: str, icd10: str, now: datetime
) -> HistoryEntry:
    """Add a line; the same line twice (a double tap) is kept once. `icd10` is needed for a diagnosis."""
    profiles.find(session, patient_id)
    words, code = read_entry(kind, text, icd10)
    for entry in in_force(session, patient_id):
        if (entry.kind, entry.text, entry.icd10) == (kind, words, code):
            return entry
    entry = HistoryEntry(
        patient_id=patient_id, kind=kind, text=words, icd10=code, entered_by=actor.id, entered_at=now
    )
    session.add(entry)
    session.flush()
    record_change(session, actor, "history", entry.id, "added", now, patient_id=patient_id, kind=kind)
    return entry


def end(session: Session, actor: Actor, patient_id: str, entry_id: str, now: datetime) -> HistoryEntry:
    """A line no longer holds; it stays readable. Raises NotFound for another patient's line."""
    entry = session.get(HistoryEntry, entry_id)
    if entry is None or entry.patient_id != patient_id:
        raise NotFound("没有这一条记录。", code="history_unknown")
    if entry.ended_at is None:
        entry.ended_at = now
        record_change(
            session, actor, "history", entry.id, "ended", now, patient_id=patient_id, kind=entry.kind
        )
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
