"""The ledger of WeChat's customer-service windows: opened by the person's acts, spent by our sends."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.messaging.rules.channel import OA_CUSTOM
from app.messaging.rules.window import Window, left, opened_by
from app.messaging.tables import Attempt, Message, ReplyWindow

AT_ONCE = timedelta(seconds=5)
"""Within it nothing was sent between the act and our hearing of it."""


def note_user_act(session: Session, identity_id: str, act: str, at: datetime, now: datetime) -> None:
    """The person did something (message, menu, follow or scan) `at` that time: WeChat opened a fresh window.

    Heard of late, what we sent since counts against it, and it takes no newer window away. Which of two acts
    of one second came first WeChat does not tell: the longer window stays, and a send that is one too many
    is refused and finds its other way.
    """
    window = opened_by(act, at)
    row = session.get(ReplyWindow, identity_id)
    if row is None:
        row = ReplyWindow(identity_id=identity_id)
        session.add(row)
    elif (row.opened_at, row.until_at) > (at, window.until):
        return
    used = _sent_since(session, identity_id, at) if now - at > AT_ONCE else 0
    row.opened_at, row.until_at, row.allowed, row.used = at, window.until, window.allowed, used
    session.flush()


def acted_since(session: Session, identity_id: str, at: datetime) -> bool:
    """Whether the person did something after `at` that only a follower can do."""
    row = session.get(ReplyWindow, identity_id)
    return row is not None and row.opened_at > at


def in_doubt() -> ColumnElement[bool]:
    """Calls of which nobody knows whether WeChat took them: they count as taken."""
    return Attempt.outcome.in_(("wait_for_event", "lost"))


def _sent_since(session: Session, identity_id: str, at: datetime) -> int:
    theirs = Message.identity_id == identity_id
    sent = select(func.count()).select_from(Message)
    taken = session.scalars(sent.where(theirs, Message.lane == OA_CUSTOM, Message.sent_at > at)).one()
    doubted = sent.join(Attempt, Attempt.message_id == Message.id).where(
        theirs, Attempt.lane == OA_CUSTOM, Attempt.started_at > at, in_doubt()
    )
    return taken + session.scalars(doubted).one()


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
    """WeChat took one customer-service message, or may have."""
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
