"""A reply that did not arrive leaves its patient waiting."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import Conversation, Line


def wait_again(session: Session, message_id: str, now: datetime) -> None:
    """The message of a line failed: whoever it was for waits again. Other messages change nothing."""
    talks = session.scalars(
        select(Conversation)
        .join(Line, Line.conversation_id == Conversation.id)
        .where(Line.message_id == message_id, Line.author_kind == "staff")
        .order_by(Conversation.id)
        .with_for_update()
    ).unique()
    for talk in talks:
        talk.state = "open"
        talk.waiting_since = talk.waiting_since or now
