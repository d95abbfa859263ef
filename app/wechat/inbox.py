"""The callback inbox: stored before anything is done, each message once, worked off in order.

In two lines: what can be judged at once never waits for what WeChat has to be asked about first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.queue import ring_often
from app.wechat.tables import Callback

AGAIN_AFTER = tuple(timedelta(seconds=pause) for pause in (0, 2, 10, 60, 300))
"""The pause before each try; after the last one a callback waits for a person."""
WORK_OFF, FETCH = "callbacks.work_off", "callbacks.fetch_and_work_off"
"""The two jobs: what has everything it needs; and what needs a picture, a voice or a unionid of WeChat's."""
FETCHED = frozenset(
    {"image", "voice", "video", "shortvideo", "event.subscribe", "event.scan", "event.unsubscribe"}
)
"""Kinds of the second line. Nothing is asked for who leaves: it stays behind the coming that it ends."""

_INSERT = insert(Callback.__table__)  # type: ignore[arg-type]


def keep(session: Session, app_id: str, key: str, kind: str, body: str, now: datetime) -> bool:
    """Store one message of WeChat's and ring for the worker; False when it is there already."""
    row = {
        "app_id": app_id,
        "dedupe_key": key,
        "kind": kind,
        "body": body,
        "received_at": now,
        "next_try_at": now,
    }
    try:
        # Straight to the table: WeChat waits, and of a repeat the database refuses only this statement.
        session.connection().execute(_INSERT, row)
    except IntegrityError:
        return False
    ring_often(session, FETCH if kind in FETCHED else WORK_OFF)
    return True


def waiting(session: Session, job: str, now: datetime, after: str = "", limit: int = 200) -> Sequence[str]:
    """Ids of what this job is to work off by now, in the order of arrival, from behind `after` on."""
    kinds = Callback.kind.in_(FETCHED) if job == FETCH else Callback.kind.not_in(FETCHED)
    rows = session.scalars(
        select(Callback.id)
        .where(Callback.state == "new", Callback.id > after, Callback.next_try_at <= now, kinds)
        .order_by(Callback.id)
        .limit(limit)
    )
    return rows.all()


def take(session: Session, callback_id: str) -> Callback | None:
    """The callback, locked by its id for this transaction; None when somebody else has worked it off."""
    row = session.scalars(select(Callback).where(Callback.id == callback_id).with_for_update()).one_or_none()
    return row if row is not None and row.state == "new" else None


def done(callback: Callback, now: datetime, *, state: str = "done") -> None:
    """Worked off: done, or unknown for a kind we do not act on."""
    callback.state, callback.worked_at, callback.error = state, now, None


def not_done(callback: Callback, why: str, now: datetime) -> None:
    """It failed: to be tried again, or after its last try to be looked at by a person."""
    if last_try(callback):
        close(callback, why, now)
        return
    callback.tries += 1
    callback.error, callback.worked_at = why[:255], now
    callback.next_try_at = now + AGAIN_AFTER[callback.tries]


def close(callback: Callback, why: str, now: datetime) -> None:
    """It has failed and another try would end the same way: kept as it came, for a person to look at."""
    callback.tries += 1
    callback.error, callback.worked_at = why[:255], now
    callback.state = "failed"


def last_try(callback: Callback) -> bool:
    """Whether there is no other try after this one."""
    return callback.tries + 1 >= len(AGAIN_AFTER)


def counts(session: Session) -> dict[str, int]:
    """How many callbacks are `new`: still to be worked off, and how many have `failed` for good."""
    states = ("new", "failed")
    rows = session.execute(
        select(Callback.state, func.count()).where(Callback.state.in_(states)).group_by(Callback.state)
    )
    return dict.fromkeys(states, 0) | {state: count for state, count in rows}


def next_due(session: Session, after: datetime) -> datetime | None:
    """When a callback that failed is tried again."""
    return session.scalar(
        select(func.min(Callback.next_try_at)).where(Callback.state == "new", Callback.next_try_at > after)
    )


def in_hand(session: Session, now: datetime) -> bool:
    """Whether a callback still waits to be worked off."""
    waits = select(Callback.id).where(Callback.state == "new", Callback.next_try_at <= now)
    return session.scalar(waits.limit(1)) is not None
