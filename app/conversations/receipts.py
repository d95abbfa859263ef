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
RECEIPT, URGENT_RECEIPT = "receipt", "urgent_receipt"


def acknowledge(session: Session, conversation: Conversation, line: Line, first: bool, now: datetime) -> None:
    """Say that the line has arrived and when somebody will answer; not at every line.

    `first` of a talk is answered once while nobody is there; while somebody is, one line of an hour,
    and none while a nurse is in the talk herself. A talk with a danger behind it is told that it is
    urgent, and no hour, whoever is there.
    """
    if conversation.red_flag is not None:
        _acknowledge_as_urgent(session, conversation, line, now)
        return
    expected = _somebody_comes(session, now)
    if expected is not None:
        if first:
            words = after_hours.sentence(spoken(clock.local(expected), clock.local(now)))
            say(session, conversation, words, "bot", f"after_hours:{line.id}", now)
        return
    if receipts.is_due(*_said_last(session, conversation, RECEIPT), now):
        until = _spoken_end(clock.local(_somebody_goes(session, now)), clock.local(now))
        say(session, conversation, receipts.sentence(line.kind, until), "bot", f"{RECEIPT}:{line.id}", now)


def _acknowledge_as_urgent(session: Session, conversation: Conversation, line: Line, now: datetime) -> None:
    if receipts.is_due(*_said_last(session, conversation, URGENT_RECEIPT), now):
        words = receipts.urgent_sentence(line.kind)
        say(session, conversation, words, "bot", f"{URGENT_RECEIPT}:{line.id}", now)


def _said_last(
    session: Session, conversation: Conversation, which: str
) -> tuple[datetime | None, datetime | None]:
    """(the last such receipt of this talk, the last line of a member of staff to the patient)."""
    receipt = session.scalar(
        select(func.max(Line.at))
        .join(Message, Message.id == Line.message_id)
        .where(Line.conversation_id == conversation.id, Message.dedupe_key.startswith(f"{which}:"))
    )
    by_staff = session.scalar(
        select(func.max(Line.at)).where(Line.conversation_id == conversation.id, Line.author_kind == "staff")
    )
    return receipt, by_staff


def _somebody_goes(session: Session, now: datetime) -> datetime:
    """When today's office hours end; outside of them, or where it ends before, the last nurse's shift."""
    shift = session.scalar(
        select(func.max(Shift.ends_at))
        .join(Account, Account.id == Shift.account_id)
        .where(Account.role == "nurse", Account.active, Shift.starts_at <= now, Shift.ends_at > now)
    )
    local = clock.local(now)
    office = closing(local) if next_opening(local, work_calendar(session)) is None else None
    return min((each for each in (shift, office) if each is not None), default=closing(local))


def _spoken_end(at: datetime, now: datetime) -> str:
    """今天 17:30; midnight is the end of the day before: 今天 24:00, never 明天 00:00."""
    if (at.hour, at.minute) != (0, 0):
        return spoken(at, now)
    return spoken(at - timedelta(minutes=1), now).replace("23:59", "24:00")


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
