"""The automatic answer to a line that a person will read: by day a receipt, by night when somebody comes."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conversations.answers import say
from app.conversations.rules import after_hours, receipts
from app.conversations.rules.office_hours import closing, next_opening
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.wording import spoken
from app.messaging.tables import Message
from app.staff.rota import on_duty
from app.staff.tables import Account, Shift
from app.staff.workdays import work_calendar

ROTA_REACHES = timedelta(days=7)
"""A shift this far ahead says when somebody comes; without one the rota is not kept."""
RECEIPT = "receipt"


def acknowledge(session: Session, conversation: Conversation, line: Line, first: bool, now: datetime) -> None:
    """Say that the line has arrived and when somebody will answer; not at every line.

    `first` of a talk is answered once while nobody is there; while somebody is, one line of an hour,
    and none while a nurse is in the talk herself.
    """
    expected = _somebody_comes(session, now)
    if expected is not None:
        if first:
            words = after_hours.sentence(spoken(clock.local(expected), clock.local(now)))
            say(session, conversation, words, "bot", f"after_hours:{line.id}", now)
        return
    if receipts.is_due(*_said_last(session, conversation), now):
        until = spoken(clock.local(_somebody_goes(session, now)), clock.local(now))
        say(session, conversation, receipts.sentence(line.kind, until), "bot", f"{RECEIPT}:{line.id}", now)


def _said_last(session: Session, conversation: Conversation) -> tuple[datetime | None, datetime | None]:
    """(the last automatic receipt of this talk, the last line of a member of staff to the patient)."""
    receipt = session.scalar(
        select(func.max(Line.at))
        .join(Message, Message.id == Line.message_id)
        .where(Line.conversation_id == conversation.id, Message.dedupe_key.startswith(f"{RECEIPT}:"))
    )
    by_staff = session.scalar(
        select(func.max(Line.at)).where(Line.conversation_id == conversation.id, Line.author_kind == "staff")
    )
    return receipt, by_staff


def _somebody_goes(session: Session, now: datetime) -> datetime:
    """When the last nurse on duty now goes home, or the office hours of today end."""
    shift = session.scalar(
        select(func.max(Shift.ends_at))
        .join(Account, Account.id == Shift.account_id)
        .where(Account.role == "nurse", Account.active, Shift.starts_at <= now, Shift.ends_at > now)
    )
    return shift if shift is not None else closing(clock.local(now))


def _somebody_comes(session: Session, now: datetime) -> datetime | None:
    """None when a nurse is on duty now, else the beginning of the next shift, or of office hours."""
    if on_duty(session, "nurse", now) is not None:
        return None
    shift = session.scalar(
        select(func.min(Shift.starts_at))
        .join(Account, Account.id == Shift.account_id)
        .where(
            Account.role == "nurse",
            Account.active,
            Shift.starts_at > now,
            Shift.starts_at < now + ROTA_REACHES,
        )
    )
    return shift if shift is not None else next_opening(clock.local(now), work_calendar(session))
