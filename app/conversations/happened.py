"""A patient's talk on the timeline."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.conversations.reads import words
from app.conversations.tables import Conversation, Line
from app.core.happened import Happened, Place, older
from app.messaging.tables import Message
from app.staff.tables import Account

WHO = {"patient": "患者来信", "staff": "{name}回复", "system": "自动回复", "note": "{name}的内部备注"}

TELLS_ITSELF = or_(Message.id.is_(None), Message.origin_kind == "line")
"""Advice out of a form stands on the timeline as the message it is."""


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Every line of the talk, the remarks of colleagues too."""
    rows = session.execute(
        select(Line, Account.name, Message.state)
        .join(Conversation, Conversation.id == Line.conversation_id)
        .join(Account, Account.id == Line.author_id, isouter=True)
        .join(Message, Message.id == Line.message_id, isouter=True)
        .where(Conversation.patient_id == patient_id, TELLS_ITSELF, older(Line.at, Line.id, behind))
        .order_by(Line.at.desc(), Line.id.desc())
        .limit(most)
    )
    return [
        Happened(
            line.at,
            line.id,
            f"line_{line.author_kind}",
            WHO[line.author_kind].format(name=name or "同事"),
            words(line),
            line.conversation_id,
            state or "",
        )
        for line, name, state in rows
    ]
