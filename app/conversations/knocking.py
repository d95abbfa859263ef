"""The card that leads to the page when WeChat's window is shut: one for many lines, and few a day."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.errors import Conflict
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise, promise
from app.messaging.tables import Message
from app.staff.tables import Account

MOST_CARDS_A_DAY = 3
"""Frequent cards of one nature are harassment to WeChat (rule 3.9.4): docs/sources.md#wechat-rules"""

LOST = ("refused", "failed", "expired", "cancelled")


def promise_card(
    session: Session, conversation: Conversation, line: Line, staff_id: str, now: datetime
) -> Message:
    """The card for this line: today's card serves it too, until the patient has opened the page.

    Raises Conflict (too_many_cards) when today's cards are used up.
    """
    today = _cards_of_today(session, conversation, now)
    waiting = [card for card in today if card.state not in LOST and not _seen(conversation, card)]
    if waiting:
        return waiting[-1]
    if len(today) >= MOST_CARDS_A_DAY:
        raise Conflict(
            f"今天已经发过 {MOST_CARDS_A_DAY} 张卡片，再发会打扰患者。请改为打电话。", code="too_many_cards"
        )
    nurse = session.scalars(select(Account.name).where(Account.id == staff_id)).one()
    return promise(
        session,
        Promise(
            purpose="nurse_knock",
            dedupe=f"nurse_knock:{conversation.id}:{clock.day_of(now)}:{len(today)}",
            patient_id=conversation.patient_id,
            identity_id=conversation.identity_id,
            fields={
                "who": nurse,
                "when": card_time(now),
                "what": "护士给您留言，点开查看",
            },
            link="/h5/messages",
            by_person=True,
            urgent=True,
            origin_kind="line",
            origin_id=line.id,
        ),
        now,
    )


def _cards_of_today(session: Session, conversation: Conversation, now: datetime) -> list[Message]:
    midnight = clock.start_of(clock.day_of(now))
    return list(
        session.scalars(
            select(Message)
            .join(Line, Line.message_id == Message.id)
            .where(
                Line.conversation_id == conversation.id,
                Message.purpose == "nurse_knock",
                Message.created_at >= midnight,
            )
            .distinct()
            .order_by(Message.created_at, Message.id)
        )
    )


def _seen(conversation: Conversation, card: Message) -> bool:
    return conversation.patient_read_at is not None and conversation.patient_read_at >= card.created_at
