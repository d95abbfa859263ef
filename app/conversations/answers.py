"""What the house says by itself: a line everybody sees, and the message that carries it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import Conversation, Line
from app.core.ids import new_id
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise, advice_of_now, begin_with, give_origin, promise
from app.messaging.tables import Message

BEHIND = timedelta(microseconds=1)
"""An answer of the same moment stands behind what it answers."""


def say(
    session: Session, conversation: Conversation, text: str, purpose: str, dedupe: str, now: datetime
) -> Line:
    """Promise `text` to the writer and keep it as a line of the talk."""
    line = _line(session, conversation.id, text, None, now)
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


def note_said(session: Session, message: Message, now: datetime) -> None:
    """Show in the talk of whoever gets `message` what the house told in the chat; once for a message.

    Nothing for somebody who has no talk: there it is shown nowhere.
    """
    conversation_id = _talk_of(session, message)
    shown = session.scalars(select(Line.id).where(Line.message_id == message.id)).first()
    if conversation_id is not None and shown is None:
        line = _line(session, conversation_id, message.text or "", message.id, now)
        give_origin(message, "line", line.id)


def put_before_advice(session: Session, patient_id: str | None, words: str, now: datetime) -> bool:
    """Say `words` in front of the advice promised to the patient in this moment, so that it stands last.

    Two messages of one moment may arrive in any order. False where no advice was promised.
    """
    message = advice_of_now(session, patient_id, now) if patient_id else None
    if message is None:
        return False
    if words:
        begin_with(message, words)
        shown = session.scalars(select(Line).where(Line.message_id == message.id)).one_or_none()
        if shown is not None:
            shown.body = message.text or ""
    return True


def _talk_of(session: Session, message: Message) -> str | None:
    """The patient's talk; of somebody who is no patient the one of this very WeChat, never another's."""
    if message.patient_id is not None:
        whose = Conversation.patient_id == message.patient_id
    elif message.identity_id is not None:
        whose = Conversation.identity_id == message.identity_id
    else:
        return None
    return session.scalars(
        select(Conversation.id).where(whose).order_by(Conversation.last_line_at.desc()).limit(1)
    ).one_or_none()


def advise(session: Session, conversation_id: str, text: str, dedupe: str, now: datetime) -> Line:
    """The approved safety text, at once and by any lane that is open."""
    return say(session, session.get_one(Conversation, conversation_id), text, "advice", dedupe, now)


def _line(session: Session, conversation_id: str, text: str, message_id: str | None, now: datetime) -> Line:
    line = Line(
        id=new_id(),
        conversation_id=conversation_id,
        author_kind="system",
        author_id=None,
        kind="text",
        body=text,
        media_id=None,
        media_path=None,
        wechat_msg_key=None,
        message_id=message_id,
        request_id=None,
        at=now + BEHIND,
    )
    session.add(line)
    session.flush()
    return line
