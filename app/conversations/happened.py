"""A patient's talk on the timeline: a line for each day, for what is said stands in the talk itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.conversations.reads import words
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.happened import Happened, Place, newest, older
from app.messaging.tables import Message
from app.staff.tables import Account

TELLS_ITSELF = or_(Message.id.is_(None), Message.origin_kind == "line")
"""Advice out of a form stands on the timeline as the message it is."""
SAID = ("patient", "staff", "system")
COUNTED = 1000
"""Lines looked at for one page of days."""
LONGEST = 60
"""Characters of the patient's last words of a day."""


@dataclass(frozen=True)
class _Day:
    """The lines of one day, newest first."""

    lines: Sequence[Row]

    @property
    def of_patient(self) -> str | None:
        """The id of the patient's last line."""
        return next((line.id for line in self.lines if line.author_kind == "patient"), None)


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """The days of the talk, and the remarks of colleagues, each whole."""
    return newest(
        [*_days(session, patient_id, behind, most), *_notes(session, patient_id, behind, most)], behind, most
    )


def _days(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    until = _not_told_yet(session, patient_id, behind)
    rows = session.execute(
        _lines(patient_id)
        .where(older(Line.at, Line.id, until))
        .order_by(Line.at.desc(), Line.id.desc())
        .limit(COUNTED)
    ).all()
    days = [_Day(list(lines)) for _, lines in groupby(rows, lambda line: clock.day_of(line.at))][:most]
    last = _last_words(session, [day.of_patient for day in days if day.of_patient])
    return [_told(day, last) for day in days]


def _not_told_yet(session: Session, patient_id: str, behind: Place | None) -> Place | None:
    """The place itself, or the beginning of its day when that day was told with a later line of it."""
    if behind is None:
        return None
    day = clock.day_of(behind.at)
    begins, ends = clock.start_of(day), clock.start_of(day + timedelta(days=1))
    not_older = or_(Line.at > behind.at, and_(Line.at == behind.at, Line.id >= behind.id))
    told = session.execute(_lines(patient_id).where(not_older, Line.at < ends).limit(1)).first()
    return behind if told is None else Place(begins, "")


def _lines(patient_id: str) -> Select:
    return (
        select(Line.at, Line.id, Line.author_kind, Line.conversation_id, Account.name)
        .join(Conversation, Conversation.id == Line.conversation_id)
        .join(Account, Account.id == Line.author_id, isouter=True)
        .join(Message, Message.id == Line.message_id, isouter=True)
        .where(Conversation.patient_id == patient_id, Line.author_kind.in_(SAID), TELLS_ITSELF)
    )


def _last_words(session: Session, line_ids: Collection[str]) -> dict[str, str]:
    return {line.id: words(line) for line in session.scalars(select(Line).where(Line.id.in_(line_ids)))}


def _told(day: _Day, last: dict[str, str]) -> Happened:
    newest_line = day.lines[0]
    counts: dict[str, int] = {}
    for line in reversed(day.lines):
        who = {"patient": "患者", "system": "自动回复"}.get(line.author_kind) or line.name or "同事"
        counts[who] = counts.get(who, 0) + 1
    text = "，".join(f"{who} {count} 句" for who, count in counts.items())
    said = last.get(day.of_patient or "", "")
    if said:
        text += f"。患者最后说：{said[:LONGEST]}{'…' if len(said) > LONGEST else ''}"
    return Happened(newest_line.at, newest_line.id, "talk", "会话", text, newest_line.conversation_id)


def _notes(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    rows = session.execute(
        select(Line, Account.name)
        .join(Conversation, Conversation.id == Line.conversation_id)
        .join(Account, Account.id == Line.author_id, isouter=True)
        .where(
            Conversation.patient_id == patient_id,
            Line.author_kind == "note",
            older(Line.at, Line.id, behind),
        )
        .order_by(Line.at.desc(), Line.id.desc())
        .limit(most)
    )
    return [
        Happened(
            line.at,
            line.id,
            "line_note",
            f"{name or '同事'}的内部备注",
            words(line),
            line.conversation_id,
        )
        for line, name in rows
    ]
