"""How often somebody may ask or guess: logins, passwords, card codes, phone numbers.

Counted in Redis for all processes together, in the process's own memory while Redis is away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

import structlog
from flask import current_app, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

from app.core import clock
from app.core.errors import TooMany
from app.http.doors import outside
from app.http.patient_auth import visitor
from app.wiring import Outside

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
Value = TypeVar("Value")

LOGINS = RateLimitItemPerMinute(120, namespace="login")
"""Patients' logins from one address: a waiting hall shares one."""
PHONE_CODES = RateLimitItemPerMinute(10, namespace="phone-code")
"""By one WeChat identity; each one asks WeChat."""
CARD_CODES = RateLimitItemPerMinute(10, 10, namespace="card-code")
"""Wrong ones, by one WeChat identity, in ten minutes."""
CARD_CODES_OF_ADDRESS = RateLimitItemPerMinute(2000, 10, namespace="card-code-address")
"""A whole ward shares one address: it must not be shut out by one visitor, and a code has 59 bits."""
CLAIMS = RateLimitItemPerMinute(10, 10, namespace="claim")
"""People on record whom one WeChat identity claimed to be and could not prove, in ten minutes."""


class Counters:
    """Counts in Redis, and in memory while Redis is away. Waits are in whole seconds, 0 for none."""

    def __init__(self, outside: Outside) -> None:
        shared = RedisStorage(
            "redis://", connection_pool=outside.redis.connection_pool, key_prefix="suihu:limit"
        )
        self._shared = FixedWindowRateLimiter(shared)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._absence = outside.absence

    def count(self, limit: RateLimitItem, key: str) -> int:
        """Count one; how long to wait if that was one too many. The period begins with the first."""
        return self._with(lambda counter: 0 if counter.hit(limit, key) else _wait(counter, limit, key))

    def wait(self, limit: RateLimitItem, key: str) -> int:
        """How long until the next one is taken."""
        return self._with(lambda counter: 0 if counter.test(limit, key) else _wait(counter, limit, key))

    def forget(self, limit: RateLimitItem, key: str) -> None:
        """Begin anew."""
        self._with(lambda counter: counter.clear(limit, key))

    def _with(self, ask: Callable[[FixedWindowRateLimiter], Value]) -> Value:
        try:
            with self._absence.watched():
                return ask(self._shared)
        except RedisError as away:
            log.warning("limits.counted_here_only", error=type(away).__name__)
            return ask(self._own)


@dataclass(frozen=True)
class Guesses:
    """The patience with one guesser: `key` is an id or an address."""

    limit: RateLimitItem
    key: str

    def seconds_to_wait(self) -> int:
        """Until the next guess is taken; 0 when one may be made now."""
        return counters().wait(self.limit, self.key)

    def take(self) -> int:
        """Count a guess before it is looked at, so that many at once get no further; seconds to wait."""
        return counters().count(self.limit, self.key)

    def note_wrong(self) -> None:
        """Count a guess that was wrong."""
        counters().count(self.limit, self.key)

    def forget(self) -> None:
        """The right one was found: begin anew."""
        counters().forget(self.limit, self.key)


def limited(limit: RateLimitItem, by: Callable[[], str]) -> Callable[[View], View]:
    """Count each call under `by()` and refuse what is over the limit; below `fitting`, what fits only."""

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            take_one(limit, by())
            return view(*args, **kwargs)

        return cast(View, counted)

    return wrap


def take_one(limit: RateLimitItem, key: str) -> None:
    """Count one. Raises TooMany when that was one too many."""
    wait = counters().count(limit, key)
    if wait:
        raise TooMany("操作太频繁了，请稍等一会儿再试。", retry_after=wait)


def card_code_guesses() -> tuple[Guesses, Guesses]:
    """By the person and by the network, the same on pages and in the API: nobody gets twice the tries."""
    return Guesses(CARD_CODES, identity()), Guesses(CARD_CODES_OF_ADDRESS, address())


def phone_codes() -> Guesses:
    """Of WeChat's phone button, the same on pages and in the API."""
    return Guesses(PHONE_CODES, identity())


def claim_guesses() -> Guesses:
    """At being somebody on record."""
    return Guesses(CLAIMS, identity())


def address() -> str:
    """Where the request comes from; TRUSTED_PROXIES says how many proxies are believed."""
    return request.remote_addr or "unknown"


def identity() -> str:
    """The WeChat identity that asks; only under an access rule."""
    return visitor().identity_id


def counters() -> Counters:
    """This program's counters."""
    found: Counters | None = current_app.extensions.get("suihu_limits")
    if found is None:
        found = current_app.extensions["suihu_limits"] = Counters(outside())
    return found


def _wait(counter: FixedWindowRateLimiter, limit: RateLimitItem, key: str) -> int:
    free_at = counter.get_window_stats(limit, key).reset_time
    return max(1, round(free_at - clock.machine().timestamp()))
