"""The health archive as a page shows it: by kind, with who entered each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.records import history
from app.records.rules.archive import KINDS, missing
from app.records.tables import HistoryEntry
from app.staff.reads import names


@dataclass(frozen=True)
class Line:
    """One line of the archive."""

    id: str
    kind: str
    text: str
    icd10: str | None
    entered_by: str
    entered_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Archive:
    """`groups` is [(kind in words, lines that hold)], every kind; `lacking` the needed kinds without any."""

    groups: Sequence[tuple[str, Sequence[Line]]]
    ended: Sequence[Line]
    lacking: Sequence[str]


def archive(session: Session, patient_id: str) -> Archive:
    """The whole archive of a patient, in three queries."""
    holding, past = history.in_force(session, patient_id), history.ended(session, patient_id)
    who = names(session, [entry.entered_by for entry in (*holding, *past)])
    lines = [_line(entry, who) for entry in holding]
    return Archive(
        groups=[(words, [line for line in lines if line.kind == kind]) for kind, words in KINDS.items()],
        ended=[_line(entry, who) for entry in past],
        lacking=missing(line.kind for line in lines),
    )


def _line(entry: HistoryEntry, who: dict[str, str]) -> Line:
    return Line(
        entry.id,
        entry.kind,
        entry.text,
        entry.icd10,
        who.get(entry.entered_by, ""),
        entry.entered_at,
        entry.ended_at,
    )
