"""Working off what WeChat pushed: in order, one transaction each; one that fails holds up no other.

Two lines side by side: a danger told in words is judged while a picture is still being fetched.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from app.wechat.inbound import Inbound, read
from app.wechat.tables import Callback
from app.wiring import Outside
from bot.dispatch import Arrived, dispatch, keep_as_it_is, keep_unread
from bot.fetching import Fetched, fetch
from jobs.context import drains

log = structlog.get_logger(__name__)

SHIFT = 200.0
"""Seconds after which a drain hands over to the next run."""

KeepWords = Callable[[Session, Arrived, datetime], bool]


@dataclass(frozen=True)
class Waiting:
    """One of the two lines: the job that works it off, and for how long its lock is held (seconds).

    Longer than one callback can take; a worker that died holds the others up no longer.
    """

    job: str
    held_for: int

    @property
    def lock(self) -> str:
        return f"suihu:{self.job}:working"


JUDGED = Waiting(inbox.WORK_OFF, held_for=10)
FETCHED = Waiting(inbox.FETCH, held_for=40)
"""Two tries of ten seconds, their connecting, the working off, and some air."""


@drains(inbox.WORK_OFF)
def work_off(outside: Outside) -> None:
    """Work off what has everything it needs: nobody's danger waits for WeChat."""
    _work_off(outside, JUDGED)


@drains(inbox.FETCH)
def fetch_and_work_off(outside: Outside) -> None:
    """Work off what WeChat is asked about first; it may be slow."""
    _work_off(outside, FETCHED)


def _work_off(outside: Outside, line: Waiting) -> None:
    """Everything that waits. One worker at a time: a person's words are read in their order."""
    until = time.monotonic() + SHIFT
    while time.monotonic() < until:
        with _alone(outside.redis, line) as mark:
            if mark is None:
                return
            _drain(outside, line, mark, until)
        # Whoever found us at work has gone again: what came meanwhile is ours.
        with read_only(outside.readers) as session:
            if not inbox.waiting(session, line.job, clock.now(), limit=1):
                return
    outside.bells.ring(line.job)


def _drain(outside: Outside, line: Waiting, mark: str, until: float) -> None:
    last = ""
    while time.monotonic() < until:
        with read_only(outside.readers) as session:
            ids = inbox.waiting(session, line.job, clock.now(), after=last)
        for last in ids:
            if time.monotonic() > until:
                return
            outside.redis.set(line.lock, mark, ex=line.held_for)
            _work(outside, line, last)
        if not ids:
            return


def _work(outside: Outside, line: Waiting, callback_id: str) -> None:
    try:
        _work_one(outside, line, callback_id)
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


def _work_one(outside: Outside, line: Waiting, callback_id: str) -> None:
    with read_only(outside.readers) as session:
        seen = session.get(Callback, callback_id)
    if seen is None or seen.state != "new":
        return
    message = read(seen.body)
    fetched = _fetch(outside, seen, message) if line is FETCHED else Fetched()
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


def _fetch(outside: Outside, seen: Callback, message: Inbound) -> Fetched:
    last = inbox.last_try(seen)
    try:
        return fetch(outside, message, last_try=last)
    except BaseTimeoutException:
        raise
    except Exception as error:
        if not last:
            raise
        # Whatever it was: the nurse sees that something came.
        _tell(seen.id, error)
        return Fetched()


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
def _alone(redis: Redis, line: Waiting) -> Iterator[str | None]:
    """This worker's mark while no other one works this line off; None when another does."""
    mark = new_id()
    mine = bool(redis.set(line.lock, mark, nx=True, ex=line.held_for))
    try:
        yield mark if mine else None
    finally:
        held = redis.get(line.lock)
        if mine and held == mark.encode():
            redis.delete(line.lock)
