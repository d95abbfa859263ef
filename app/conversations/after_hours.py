"""The one automatic answer of a night: when somebody will read it, and where to turn in an emergency."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conversations.answers import say
from app.conversations.rules.after_hours import sentence
from app.conversations.rules.office_hours import next_opening
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.wording import spoken
from app.staff.rota import on_duty
from app.staff.tables import Account, Shift

ROTA_REACHES = timedelta(days=7)
"""A shift this far ahead says when somebody comes; without one the rota is not kept."""


def answer_after_hours(session: Session, conversation: Conversation, line: Line, now: datetime) -> None:
    """Say when somebody will answer, if nobody is there now."""
    expected = _somebody_comes(session, now)
    if expected is not None:
        words = sentence(spoken(clock.local(expected), clock.local(now)))
        say(session, conversation, words, "bot", f"after_hours:{line.id}", now)


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
    return shift if shift is not None else next_opening(clock.local(now))
