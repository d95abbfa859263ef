"""Tags: set and ended by rules with their evidence, or by a person, whose word a rule never touches."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import SYSTEM, Actor, record_change
from app.core import clock
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.typed import fitting
from app.patients.tables import Patient
from app.records.tables import HistoryEntry
from app.risk.findings import every, latest
from app.risk.rules.tag_rules import Diagnosis, Facts, Tag, rethink
from app.risk.tables import PatientTag

LONGEST_TAG = 32


def rethink_tags(session: Session, patient_id: str, now: datetime) -> None:
    """Let the rules look at everything that is known; each change leaves its row."""
    live = tags_of(session, patient_id, now)
    by_rules = [tag.tag for tag in live if tag.source == "rule"]
    by_people = [tag.tag for tag in live if tag.source == "staff"]
    change = rethink(_facts(session, patient_id, now), by_rules, by_people)
    for tag in change.to_set:
        _set(session, SYSTEM, patient_id, tag, "rule", now)
    for name in change.to_end:
        _end(session, SYSTEM, patient_id, name, "rule", now)


def add_tag(session: Session, actor: Actor, patient_id: str, name: str, why: str, now: datetime) -> None:
    """A person sets a tag; twice changes nothing. Raises Invalid naming the field."""
    name, why = name.strip(), fitting(why, 255, "why", "为什么")
    if not 1 <= len(name) <= LONGEST_TAG:
        raise Invalid(f"标签要写 1 到 {LONGEST_TAG} 个字。", code="tag_length", field="tag")
    if any(tag.tag == name for tag in tags_of(session, patient_id, now)):
        return
    _set(session, actor, patient_id, Tag(name, "", why or "人工添加"), "staff", now)


def remove_tag(session: Session, actor: Actor, patient_id: str, name: str, now: datetime) -> None:
    """A person takes a tag away, whoever set it; a rule sets its own again when the facts still say so."""
    _end(session, actor, patient_id, name, None, now)


def tags_of(session: Session, patient_id: str, now: datetime) -> Sequence[PatientTag]:
    """The tags that a patient carries now, oldest first."""
    return session.scalars(
        select(PatientTag)
        .where(
            PatientTag.patient_id == patient_id, (PatientTag.until_at.is_(None)) | (PatientTag.until_at > now)
        )
        .order_by(PatientTag.since_at, PatientTag.id)
    ).all()


def _set(session: Session, actor: Actor, patient_id: str, tag: Tag, source: str, now: datetime) -> None:
    row = PatientTag(
        id=new_id(),
        patient_id=patient_id,
        tag=tag.tag,
        source=source,
        rule=tag.rule or None,
        evidence=tag.evidence[:255],
        since_at=now,
    )
    session.add(row)
    session.flush()
    record_change(session, actor, "tag", row.id, "set", now, patient_id=patient_id, tag=tag.tag)


def _end(
    session: Session, actor: Actor, patient_id: str, name: str, source: str | None, now: datetime
) -> None:
    standing = select(PatientTag.id).where(
        PatientTag.patient_id == patient_id, PatientTag.tag == name, PatientTag.until_at.is_(None)
    )
    ids = session.scalars(standing if source is None else standing.where(PatientTag.source == source)).all()
    if not ids:
        return
    session.execute(update(PatientTag).where(PatientTag.id.in_(ids)).values(until_at=now))
    record_change(session, actor, "tag", ids[0], "ended", now, patient_id=patient_id, tag=name)


def _facts(session: Session, patient_id: str, now: datetime) -> Facts:
    visit = latest(session, patient_id, "visit") or {}
    adherence = latest(session, patient_id, "adherence") or {}
    return Facts(
        birth_on=session.get_one(Patient, patient_id).birth_on,
        today=clock.day_of(now),
        diagnoses=tuple(_diagnoses(session, patient_id)),
        pathways=_pathways(session, patient_id),
        uncontrolled=visit.get("uncontrolled"),
        last_pressure=visit.get("pressure"),
        medication_adherence=adherence.get("value"),
    )


def _pathways(session: Session, patient_id: str) -> frozenset[str]:
    """The pathways the patient is on: the last that was told of each."""
    told = {fact["pathway"]: fact["on"] for fact in every(session, patient_id, "pathway")}
    return frozenset(pathway for pathway, on in told.items() if on)


def _diagnoses(session: Session, patient_id: str) -> list[Diagnosis]:
    rows = session.execute(
        select(HistoryEntry.text, HistoryEntry.icd10).where(
            HistoryEntry.patient_id == patient_id,
            HistoryEntry.kind == "diagnosis",
            HistoryEntry.ended_at.is_(None),
        )
    )
    return [Diagnosis(text, icd10) for text, icd10 in rows]
