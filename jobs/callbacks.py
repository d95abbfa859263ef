"""Working off what WeChat pushed: in order, one transaction each; one that fails holds up no other."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from redis import Redis
from rq.timeouts import BaseTimeoutException
from sqlalchemy.orm import Session

from app.core import clock
from app.core.config import Settings
from app.core.db import contend, read_only, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.log import where
from app.wechat import inbox
from app.wechat.bodies import Malformed
from app.wechat.client import WeChatError
from app.wechat.inbound import read
from app.wechat.tables import Callback
from app.wiring import Outside
from bot.dispatch import Arrived, dispatch, keep_as_it_is, keep_unread
from bot.fetching import fetch
from jobs.context import drains

log = structlog.get_logger(__name__)

LOCK = "suihu:callbacks:working"
HELD_FOR = 30
"""Seconds; longer than one callback can take. A worker that died holds the others up no longer."""
SHIFT = 200.0
"""Seconds after which a drain hands over to the next run."""

KeepWords = Callable[[Session, Arrived, datetime], bool]


@drains(inbox.DRAIN)
def work_off(outside: Outside) -> None:
    """Work off everything that waits. One worker at a time: a person's words are read in their order."""
    until = time.monotonic() + SHIFT
    while time.monotonic() < until:
        with _alone(outside.redis) as mark:
            if mark is None:
                return
            _drain(outside, mark, until)
        # Whoever found us at work has gone again: what came meanwhile is ours.
        with read_only(outside.readers) as session:
            if not inbox.in_hand(session, clock.now()):
                return
    outside.bells.ring(inbox.DRAIN)


def _drain(outside: Outside, mark: str, until: float) -> None:
    last = ""
    while time.monotonic() < until:
        with read_only(outside.readers) as session:
            ids = inbox.waiting(session, clock.now(), after=last)
        if not ids:
            return
        for last in ids:
            outside.redis.set(LOCK, mark, ex=HELD_FOR)
            _work(outside, last)


def _work(outside: Outside, callback_id: str) -> None:
    try:
        _work_one(outside, callback_id)
    except BaseTimeoutException:
        raise
    except Exception as error:
        # Whatever it is: this one is noted and tried again, and the next one has its turn.
        _tell(callback_id, error)
        with transaction(outside.sessions) as session:
            callback = inbox.take(session, callback_id)
            if callback is not None:
                # Read again it would be as unreadable.
                note = inbox.close if isinstance(error, Malformed) else inbox.not_done
                note(callback, _why(error), clock.now())


def _work_one(outside: Outside, callback_id: str) -> None:
    with read_only(outside.readers) as session:
        seen = session.get(Callback, callback_id)
    if seen is None or seen.state != "new":
        return
    message = read(seen.body)
    fetched = fetch(outside, message, last_try=inbox.last_try(seen))
    now = clock.now()
    arrived = Arrived(
        app_id=seen.app_id,
        app_kind=_kind(outside.settings, seen.app_id),
        key=seen.dedupe_key,
        message=message,
        fetched=fetched,
        secret=outside.settings.secret_key,
        received_at=seen.received_at,
    )
    try:
        contend(outside.sessions, lambda session: _act(session, callback_id, arrived, now))
    except BaseTimeoutException:
        raise
    except Exception as error:
        if not inbox.last_try(seen):
            raise
        _tell(callback_id, error)
        _give_to_a_nurse(outside, callback_id, arrived, _why(error))


def _give_to_a_nurse(outside: Outside, callback_id: str, arrived: Arrived, why: str) -> None:
    """What a person wrote and no try could work off is read by somebody; the callback has failed for good."""
    now = clock.now()
    try:
        contend(
            outside.sessions, lambda session: _keep(session, callback_id, arrived, why, keep_as_it_is, now)
        )
    except BaseTimeoutException:
        raise
    except Exception as error:
        _tell(callback_id, error)
        contend(outside.sessions, lambda session: _keep(session, callback_id, arrived, why, keep_unread, now))


def _keep(
    session: Session, callback_id: str, arrived: Arrived, why: str, keep: KeepWords, now: datetime
) -> None:
    callback = inbox.take(session, callback_id)
    if callback is not None:
        keep(session, arrived, now)
        inbox.not_done(callback, why, now)


def _tell(callback_id: str, error: Exception) -> None:
    # Never the error's own words: they may be what a patient wrote.
    log.warning("callback.failed", callback=callback_id, error=type(error).__name__, where=where(error))


def _act(session: Session, callback_id: str, arrived: Arrived, now: datetime) -> None:
    callback = inbox.take(session, callback_id)
    if callback is not None:
        acted = dispatch(session, arrived, now)
        inbox.done(callback, now, state="done" if acted else "unknown")


def _kind(settings: Settings, app_id: str) -> str:
    return "mp" if app_id == settings.mp.app_id else "oa"


def _why(error: Exception) -> str:
    """The reason as it may be kept: codes and names, never the words of a patient."""
    if isinstance(error, DomainError):
        return f"{type(error).__name__} {error.code}"
    if isinstance(error, WeChatError):
        return str(error)
    if isinstance(error, Malformed):
        return f"malformed: {error}"
    return type(error).__name__


@contextmanager
def _alone(redis: Redis) -> Iterator[str | None]:
    """This worker's mark while no other one works callbacks off; None when another does."""
    mark = new_id()
    mine = bool(redis.set(LOCK, mark, nx=True, ex=HELD_FOR))
    try:
        yield mark if mine else None
    finally:
        held = redis.get(LOCK)
        if mine and held == mark.encode():
            redis.delete(LOCK)
