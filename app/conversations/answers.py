"""What the house says by itself: a line everybody sees, and the message that carries it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.conversations.tables import Conversation, Line
from app.core.ids import new_id
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise, promise


def say(
    session: Session, conversation: Conversation, text: str, purpose: str, dedupe: str, now: datetime
) -> Line:
    """Promise `text` to the writer and keep it as a line of the talk."""
    line = Line(
        id=new_id(),
        conversation_id=conversation.id,
        author_kind="system",
        author_id=None,
        kind="text",
        body=text,
        media_id=None,
        media_path=None,
        wechat_msg_key=None,
        message_id=None,
        request_id=None,
        at=now,
    )
    session.add(line)
    session.flush()
    message = promise(
        session,
        Promise(
            purpose=purpose,
            dedupe=dedupe,
            patient_id=conversation.patient_id,
            identity_id=conversation.identity_id,
            fields={"what": "请点开看重要提示", "when": card_time(now), "who": "值班护士"},
            text=text,
            link="/h5/messages",
            urgent=True,
            origin_kind="line",
            origin_id=line.id,
        ),
        now,
    )
    line.message_id = message.id
    return line


def advise(session: Session, conversation_id: str, text: str, dedupe: str, now: datetime) -> Line:
    """The approved safety text, at once and by any lane that is open."""
    return say(session, session.get_one(Conversation, conversation_id), text, "advice", dedupe, now)
