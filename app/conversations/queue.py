"""Who waits for an answer: danger first, then a window that shuts soon, then whoever waits longest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlalchemy.orm import Session

from app.conversations.reads import NAMELESS, danger_words, rows_of_talks, way_of, words
from app.conversations.rules.sending import CLOSING_SOON, Way, span
from app.conversations.tables import Conversation, Line
from app.core.paging import WORK_LIST
from app.messaging.tables import ReplyWindow

VIEWS = {"waiting": "等回复", "mine": "我负责的", "open": "全部进行中", "resolved": "已办结"}


@dataclass(frozen=True)
class Waiting:
    """One row of the queue."""

    id: str
    patient_id: str | None
    name: str
    red_flag: str | None
    """The danger in words."""
    waiting: timedelta | None
    """How long the oldest unanswered line waits, or the first that speaks of danger, in whole minutes."""
    way: Way
    assignee: str | None
    because: str | None
    last_words: str
    last_by: str
    last_at: datetime

    @property
    def reason(self) -> str:
        """Why it stands where it stands in the queue."""
        parts = [self.red_flag] if self.red_flag else []
        if self.waiting is not None:
            parts.append(f"已等 {span(self.waiting)}")
        if self.waiting is not None and self.way.urgent:
            parts.append(f"窗口 {self.way.words.rpartition('，')[2]}")
        if self.waiting is not None and not self.way.open:
            parts.append("窗口已关")
        return " · ".join(parts)


def queue(
    session: Session, view: str, staff_id: str, now: datetime, *, most: int = WORK_LIST, skip: int = 0
) -> Sequence[Waiting]:
    """One of VIEWS, the most pressing first."""
    waits = Conversation.waiting_since.is_not(None)
    closing = and_(waits, ReplyWindow.until_at > now, ReplyWindow.until_at < now + CLOSING_SOON)
    rows = session.execute(
        rows_of_talks()
        .where(*_in_view(view, staff_id))
        .order_by(
            case((Conversation.red_flag.is_not(None), 0), else_=1),
            case((closing, 0), (waits, 1), else_=2),
            func.coalesce(Conversation.danger_since, Conversation.waiting_since),
            Conversation.last_line_at.desc(),
            Conversation.id,
        )
        .limit(most)
        .offset(skip)
    ).all()
    last = _last_lines(session, [row.Conversation.id for row in rows])
    return [_waiting(row, last.get(row.Conversation.id), now) for row in rows]


def length(session: Session, view: str, staff_id: str) -> int:
    """How many talks one of VIEWS holds."""
    count = select(func.count()).select_from(Conversation).where(*_in_view(view, staff_id))
    return session.execute(count).scalar_one()


def words_shown(rows: Sequence[Waiting]) -> dict[str, datetime]:
    """{patient id: when they wrote} of the rows that show a patient's own words."""
    return {row.patient_id: row.last_at for row in rows if row.patient_id and row.last_by == "patient"}


def with_dangers(rows: Sequence[Waiting], dangers: Mapping[str, str]) -> Sequence[Waiting]:
    """The rows with all their dangers in words; `dangers` is {patient id: words, the gravest first}."""
    return [replace(row, red_flag=dangers.get(row.patient_id or "", row.red_flag)) for row in rows]


def counts(session: Session, staff_id: str) -> Mapping[str, int]:
    """{view: how many}, and "red" for the waiting ones that speak of danger."""
    waits = Conversation.waiting_since.is_not(None)
    row = session.execute(
        select(
            func.count(case((waits, 1))).label("waiting"),
            func.count(
                case((and_(Conversation.assignee_id == staff_id, Conversation.state == "open"), 1))
            ).label("mine"),
            func.count().label("open"),
            func.count(case((and_(waits, Conversation.red_flag.is_not(None)), 1))).label("red"),
        ).where(Conversation.state == "open")
    ).one()
    return dict(row._mapping)


def _in_view(view: str, staff_id: str) -> Sequence[ColumnElement[bool]]:
    return {
        "waiting": (Conversation.state == "open", Conversation.waiting_since.is_not(None)),
        "mine": (Conversation.state == "open", Conversation.assignee_id == staff_id),
        "open": (Conversation.state == "open",),
        "resolved": (Conversation.state == "resolved",),
    }[view]


def _waiting(row: Row, last: Line | None, now: datetime) -> Waiting:
    found: Conversation = row.Conversation
    return Waiting(
        id=found.id,
        patient_id=found.patient_id,
        name=row.patient_name or NAMELESS,
        red_flag=danger_words(found.red_flag),
        waiting=_minutes(now - (found.danger_since or found.waiting_since)) if found.waiting_since else None,
        way=way_of(row.ReplyWindow, now),
        assignee=row.assignee_name,
        because=found.assigned_because,
        last_words=words(last) if last else "",
        last_by=last.author_kind if last else "",
        last_at=found.last_line_at,
    )


def _minutes(length: timedelta) -> timedelta:
    # No finer than the page says it, so that a page asked for again a second later is the same page.
    return length - length % timedelta(minutes=1)


def _last_lines(session: Session, conversation_ids: Sequence[str]) -> Mapping[str, Line]:
    newest = (
        select(
            Line.id,
            func.row_number()
            .over(partition_by=Line.conversation_id, order_by=(Line.at.desc(), Line.id.desc()))
            .label("place"),
        )
        .where(Line.conversation_id.in_(conversation_ids), Line.author_kind.in_(("patient", "staff")))
        .subquery()
    )
    rows = session.scalars(select(Line).join(newest, newest.c.id == Line.id).where(newest.c.place == 1))
    return {row.conversation_id: row for row in rows}
