"""What screens show of messages: lists, one message's life in plain words, and what is still under way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.messaging.purposes import PURPOSES, template_of
from app.messaging.rules.card_words import card_words
from app.messaging.rules.channel import MP_SUBSCRIBE, OA_TEMPLATE
from app.messaging.tables import Message, Template

LANES = {"mp_subscribe": "小程序订阅消息", "oa_template": "服务号模板消息", "oa_custom": "服务号聊天"}

CARDS = (OA_TEMPLATE, MP_SUBSCRIBE)
"""Lanes that carry a card of a few words; the text itself waits behind it."""

FINISH_COMES_WITHIN = timedelta(seconds=5)
"""How long travelling in time waits for a finish event before it goes on."""


@dataclass(frozen=True)
class Sent:
    """One message as a list shows it."""

    id: str
    purpose: str
    title: str
    state: str
    lane_words: str
    words: str
    """What reached the phone: the card's lines where a card went, else the text."""
    text_behind: bool
    """True when only a card went out and the whole text is on the page that it opens."""
    link: str | None
    reason: str | None
    due_at: datetime
    at: datetime
    """The last thing that happened to it."""
    by_person: bool


def of_patient(session: Session, patient_id: str, limit: int = 50) -> Sequence[Sent]:
    """What was sent, or is to be sent, to this patient; newest first."""
    rows = session.scalars(
        select(Message)
        .where(Message.patient_id == patient_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    cards = templates(session)
    return [shown(row, cards) for row in rows]


Cards = Mapping[tuple[str, str], Template]
"""{(lane, purpose): the template that fills its card}, those switched off since as well."""


def templates(session: Session) -> Cards:
    """The hospital's templates: a dozen rows."""
    return {(row.lane, row.purpose): row for row in session.scalars(select(Template))}


def words_sent(row: Message, cards: Cards) -> str:
    """What the phone showed, or is to show: a card's lines, or the text."""
    card = cards.get((row.lane or "", template_of(row.purpose)))
    if row.lane not in CARDS or card is None:
        return row.text or _joined(row.fields)
    return "\n".join(card_words(card.content, card.keys, {k: str(v) for k, v in row.fields.items()}))


def text_behind(row: Message) -> bool:
    """Whether the text did not travel: only a card went out."""
    return row.lane in CARDS and bool(row.text)


def shown(row: Message, cards: Cards) -> Sent:
    """A row as a list shows it."""
    return Sent(
        id=row.id,
        purpose=row.purpose,
        title=PURPOSES[row.purpose].title,
        state=row.state,
        lane_words=LANES.get(row.lane or "", ""),
        words=words_sent(row, cards),
        text_behind=text_behind(row),
        link=row.link,
        reason=row.reason,
        due_at=row.due_at,
        at=row.finished_at or row.sent_at or row.created_at,
        by_person=row.by_person,
    )


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after `after` at which a message is to go or goes stale."""
    due = session.scalar(
        select(func.min(Message.due_at)).where(Message.state == "queued", Message.due_at > after)
    )
    stale = session.scalar(
        select(func.min(Message.expires_at)).where(Message.state == "queued", Message.expires_at > after)
    )
    return min((moment for moment in (due, stale) if moment is not None), default=None)


WATCHED = ("queued", "sending", "unknown", "refused", "failed", "expired")
"""The states somebody may have to do something about; what went well is not counted over and over."""


def counts_by_state(session: Session) -> dict[str, int]:
    """How many messages stand in each of the WATCHED states."""
    rows = session.execute(
        select(Message.state, func.count()).where(Message.state.in_(WATCHED)).group_by(Message.state)
    )
    return dict.fromkeys(WATCHED, 0) | {state: count for state, count in rows}


def oldest_due(session: Session, now: datetime, *, urgent: bool) -> datetime | None:
    """Since when the oldest message that is due waits to be sent; None when nothing does."""
    return session.scalar(
        select(func.min(Message.due_at)).where(
            Message.urgent == urgent, Message.state == "queued", Message.due_at <= now
        )
    )


def in_hand(session: Session, now: datetime) -> bool:
    """Whether a message due by now has not gone yet, or waits for its finish event."""
    waiting = select(Message.id).where(
        or_(
            and_(Message.state == "queued", Message.due_at <= now),
            Message.state == "sending",
            and_(
                Message.state == "accepted",
                Message.lane == OA_TEMPLATE,
                Message.sent_at > now - FINISH_COMES_WITHIN,
            ),
        )
    )
    return session.scalar(waiting.limit(1)) is not None


def _joined(fields: Mapping[str, str]) -> str:
    return " · ".join(str(value) for value in fields.values() if value)
