"""Messages to a patient on the timeline."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.happened import Happened, Place, older
from app.messaging.reads import Cards, shown, templates
from app.messaging.tables import Message

IN_THE_TALK = "line"
"""The origin of messages that carry a line of the talk, which tells of them word for word."""


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """What the house sent by itself, with its fate."""
    rows = session.scalars(
        select(Message)
        .where(
            Message.patient_id == patient_id,
            or_(Message.origin_kind.is_(None), Message.origin_kind != IN_THE_TALK),
            older(Message.created_at, Message.id, behind),
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(most)
    )
    cards = templates(session)
    return [_told(row, cards) for row in rows]


BEHIND = "微信里只有这张卡片，全文要点开才看得到"
"""Whether a page was opened is known of the page of messages alone."""


def _told(row: Message, cards: Cards) -> Happened:
    sent = shown(row, cards)
    words = " · ".join(
        part
        for part in (
            sent.lane_words,
            sent.words.replace("\n", "，") if sent.lane_words else sent.words,
            BEHIND if sent.text_behind else "",
            sent.reason or "",
        )
        if part
    )
    return Happened(row.created_at, row.id, "message", sent.title, words, row.id, row.state)
