"""When the medication room has something to do next, and whether it is still at it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.medication.tables import Dose


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after `after` at which a dose falls due or a day with open doses ends."""
    planned = session.scalar(
        select(func.min(Dose.due_at)).where(Dose.state == "planned", Dose.due_at > after)
    )
    open_since = session.scalar(select(func.min(Dose.due_at)).where(Dose.state == "due"))
    closing = clock.start_of(clock.day_of(open_since) + timedelta(days=1)) if open_since is not None else None
    moments = [moment for moment in (planned, closing) if moment is not None and moment > after]
    return min(moments, default=None)


def in_hand(session: Session, now: datetime) -> bool:
    """Whether a dose is due and not called, or a day over and not closed."""
    planned = select(Dose.id).where(Dose.state == "planned", Dose.due_at <= now)
    midnight = clock.start_of(clock.day_of(now))
    unclosed = select(Dose.id).where(Dose.state == "due", Dose.due_at < midnight)
    return any(session.scalar(waiting.limit(1)) is not None for waiting in (planned, unclosed))
