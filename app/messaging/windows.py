"""The ledger of WeChat's customer-service windows: opened by the person's acts, spent by our sends."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.messaging.rules.window import Window, left, opened_by
from app.messaging.tables import ReplyWindow


def note_user_act(session: Session, identity_id: str, act: str, now: datetime) -> None:
    """The person did something (message, menu, follow or scan): WeChat opens a fresh window."""
    window = opened_by(act, now)
    row = session.get(ReplyWindow, identity_id)
    if row is None:
        row = ReplyWindow(identity_id=identity_id)
        session.add(row)
    row.opened_at, row.until_at, row.allowed, row.used = now, window.until, window.allowed, 0
    session.flush()


def reply_state(session: Session, identity_id: str, now: datetime) -> tuple[int, datetime | None]:
    """How many replies WeChat still takes, and until when; (0, None) when the window is shut."""
    row = session.get(ReplyWindow, identity_id)
    if row is None or now >= row.until_at:
        return 0, None
    return left(window_of(row), now), row.until_at


def window_of(row: ReplyWindow) -> Window:
    """The row as the pure rule reads it."""
    return Window(row.until_at, row.allowed, row.used)


def spend(session: Session, identity_id: str) -> None:
    """WeChat took one customer-service message."""
    session.execute(
        update(ReplyWindow)
        .where(ReplyWindow.identity_id == identity_id)
        .values(used=ReplyWindow.used + 1)
        .execution_options(synchronize_session="fetch")
    )


def close(session: Session, identity_id: str, now: datetime) -> None:
    """WeChat said that the window is shut (45015, 45047) or the person left."""
    session.execute(
        update(ReplyWindow)
        .where(ReplyWindow.identity_id == identity_id, ReplyWindow.until_at > now)
        .values(until_at=now)
        .execution_options(synchronize_session="fetch")
    )
