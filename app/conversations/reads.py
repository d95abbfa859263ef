"""One talk with the fate of every line, for staff and for the patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session

from app.conversations.rules.red_flags import FLAGS, gravest
from app.conversations.rules.sending import ONLY_CAME_BY, WROTE_LONG_AGO, Way, way
from app.conversations.tables import Conversation, Line
from app.core.errors import NotFound
from app.messaging.reads import CARDS
from app.messaging.rules.window import by_message
from app.messaging.tables import Message, ReplyWindow
from app.patients.tables import Patient
from app.staff.rules.permissions import ROLES
from app.staff.tables import Account

NAMELESS = "还没有开卡的人"
KINDS = {"image": "[图片]", "voice": "[语音]", "location": "[位置]", "other": "[其他消息]"}


@dataclass(frozen=True)
class Said:
    """One line as a screen shows it."""

    id: str
    who: str
    """patient, staff, system or note."""
    name: str
    role: str
    """What the member of staff is, in words: 护士, 医生, 药师."""
    kind: str
    text: str
    media_path: str | None
    at: datetime
    state: str
    """Of the message that carries it; empty when nothing carries it."""
    reason: str
    by_card: bool
    """True when only a card went out and the text waits on the patient's page."""


@dataclass(frozen=True)
class Talk:
    """One conversation with its way out."""

    id: str
    patient_id: str | None
    identity_id: str
    name: str
    state: str
    red_flag: str | None
    waiting_since: datetime | None
    assignee_id: str | None
    assignee: str | None
    because: str | None
    patient_read_at: datetime | None
    way: Way


def talk(session: Session, conversation_id: str, now: datetime) -> Talk:
    """One conversation. Raises NotFound."""
    row = session.execute(rows_of_talks().where(Conversation.id == conversation_id)).one_or_none()
    if row is None:
        raise NotFound("没有找到这个对话。")
    found: Conversation = row.Conversation
    return Talk(
        id=found.id,
        patient_id=found.patient_id,
        identity_id=found.identity_id,
        name=row.patient_name or NAMELESS,
        state=found.state,
        red_flag=danger_words(found.red_flag),
        waiting_since=found.waiting_since,
        assignee_id=found.assignee_id,
        assignee=row.assignee_name,
        because=found.assigned_because,
        patient_read_at=found.patient_read_at,
        way=way_of(row.ReplyWindow, now),
    )


def of_patient(session: Session, patient_id: str) -> str | None:
    """The id of the patient's conversation, if they ever wrote or were written to."""
    return session.scalars(
        select(Conversation.id)
        .where(Conversation.patient_id == patient_id)
        .order_by(Conversation.last_line_at.desc())
        .limit(1)
    ).one_or_none()


def of_identity(session: Session, identity_id: str) -> str | None:
    """The id of this WeChat's conversation."""
    return session.scalars(
        select(Conversation.id).where(Conversation.identity_id == identity_id)
    ).one_or_none()


def lines(session: Session, conversation_id: str, limit: int = 100) -> Sequence[Said]:
    """The last lines of a talk, oldest first, each with the fate of what carries it."""
    return _last(session, _lines().where(Line.conversation_id == conversation_id), limit)


def last_and_dangerous(session: Session, conversation_id: str, *, last: int) -> Sequence[Said]:
    """The `last` lines of a talk, and of the hundred before them every one that speaks of danger."""
    found = lines(session, conversation_id)
    return [
        line
        for behind, line in zip(range(len(found), 0, -1), found, strict=True)
        if behind <= last or is_dangerous(line)
    ]


def is_dangerous(line: Said) -> bool:
    """Whether the patient wrote of danger in this line."""
    return line.who == "patient" and gravest(line.text) is not None


def lines_for_patient(session: Session, patient_id: str, limit: int = 100) -> Sequence[Said]:
    """What the patient may see of the talk: remarks of colleagues stay inside."""
    theirs = (
        _lines()
        .join(Conversation, Conversation.id == Line.conversation_id)
        .where(Conversation.patient_id == patient_id, Line.author_kind != "note")
    )
    return _last(session, theirs, limit)


def page_for_patient(
    session: Session, patient_id: str, behind: tuple[datetime, str] | None, size: int
) -> Sequence[Said]:
    """Up to `size` lines of the patient's talk, newest first, behind a (at, id)."""
    theirs = (
        _lines()
        .join(Conversation, Conversation.id == Line.conversation_id)
        .where(Conversation.patient_id == patient_id, Line.author_kind != "note")
    )
    if behind is not None:
        theirs = theirs.where(tuple_(Line.at, Line.id) < tuple_(*behind))
    rows = session.execute(theirs.order_by(Line.at.desc(), Line.id.desc()).limit(size))
    return [_said(*row) for row in rows]


def staff_line(session: Session, conversation_id: str, line_id: str) -> Said:
    """One staff line with the fate of its message. Raises NotFound."""
    row = session.execute(
        _lines().where(
            Line.conversation_id == conversation_id, Line.id == line_id, Line.author_kind == "staff"
        )
    ).one_or_none()
    if row is None:
        raise NotFound("没有找到这句话。")
    return _said(*row)


def media_path(session: Session, conversation_id: str, line_id: str) -> str:
    """Where the line's picture or voice lies in our storage. Raises NotFound."""
    return _path(session, Conversation.id == conversation_id, line_id)


def media_path_for_patient(session: Session, patient_id: str, line_id: str) -> str:
    """The same, of the patient's own talk only. Raises NotFound."""
    return _path(session, Conversation.patient_id == patient_id, line_id)


def _path(session: Session, owned: ColumnElement[bool], line_id: str) -> str:
    path = session.scalars(
        select(Line.media_path)
        .join(Conversation, Conversation.id == Line.conversation_id)
        .where(owned, Line.id == line_id)
    ).one_or_none()
    if path is None:
        raise NotFound("没有找到这个文件。", code="file_missing")
    return path


def rows_of_talks() -> Select:
    """Conversations with their windows, patients' and assignees' names, to be narrowed down."""
    return (
        select(
            Conversation,
            ReplyWindow,
            Patient.name.label("patient_name"),
            Account.name.label("assignee_name"),
        )
        .join(ReplyWindow, ReplyWindow.identity_id == Conversation.identity_id, isouter=True)
        .join(Patient, Patient.id == Conversation.patient_id, isouter=True)
        .join(Account, Account.id == Conversation.assignee_id, isouter=True)
    )


def way_of(window: ReplyWindow | None, now: datetime) -> Way:
    """How a reply would go through this window."""
    if window is None:
        return way(0, None, now)
    because = WROTE_LONG_AGO if by_message(window.allowed) else ONLY_CAME_BY
    return way(window.allowed - window.used, window.until_at, now, shut_because=because)


def danger_words(code: str | None) -> str | None:
    """The danger that a talk is marked with, as staff read it; a code the rules forgot still shows."""
    return FLAGS[code].title if code in FLAGS else code


def words(line: Line) -> str:
    """What a list shows of a line."""
    return line.body or KINDS.get(line.kind, "")


def _lines() -> Select:
    return (
        select(Line, Message.state, Message.reason, Message.lane, Message.purpose, Account.name, Account.role)
        .join(Message, Message.id == Line.message_id, isouter=True)
        .join(Account, Account.id == Line.author_id, isouter=True)
    )


def _last(session: Session, found: Select, limit: int) -> Sequence[Said]:
    rows = session.execute(found.order_by(Line.at.desc(), Line.id.desc()).limit(limit)).all()
    return [_said(*row) for row in reversed(rows)]


def _said(
    line: Line,
    state: str | None,
    reason: str | None,
    lane: str | None,
    purpose: str | None,
    staff_name: str | None,
    staff_role: str | None,
) -> Said:
    return Said(
        id=line.id,
        who=line.author_kind,
        name=staff_name or "",
        role=ROLES[staff_role] if staff_role else "",
        kind=line.kind,
        text=words(line),
        media_path=line.media_path,
        at=line.at,
        state=state or "",
        reason=reason or "",
        by_card=lane in CARDS or purpose == "nurse_knock",
    )
