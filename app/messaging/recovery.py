"""What the sweeper mends: messages whose worker died, that went stale, whose finish event came early."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.messaging.delivery import expire, join_late_reports
from app.messaging.recording import recover
from app.messaging.tables import Message

A_TIME = 500
"""Rows one sweep takes; the next one comes in twenty seconds."""


def sweep(session: Session, now: datetime, machine: datetime, jitter: float) -> int:
    """Mend what is left over; how many messages were touched. Leases live in the machine's time."""
    stuck = session.scalars(
        select(Message)
        .where(Message.state == "sending", Message.lease_until < machine)
        .order_by(Message.id)
        .limit(A_TIME)
        .with_for_update(skip_locked=True)
    ).all()
    for message in stuck:
        recover(session, message, now, jitter)
    stale = session.scalars(
        select(Message)
        .where(
            # What is stale was due before: by the index of what is due, not through all that is queued.
            Message.urgent.in_((True, False)),
            Message.state == "queued",
            Message.due_at <= now,
            Message.expires_at <= now,
        )
        .order_by(Message.due_at, Message.id)
        .limit(A_TIME)
        .with_for_update(skip_locked=True)
    ).all()
    for message in stale:
        expire(session, message, now)
    join_late_reports(session, now)
    return len(stuck) + len(stale)
