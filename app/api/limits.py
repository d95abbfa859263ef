"""How often somebody may ask where guessing would pay: logins, card codes, phone numbers.

Counted in Redis for all processes together, in the process's own memory while Redis is away. Only the
operations that carry `limited` pay for it.
"""

from collections.abc import Callable
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

LOGINS = RateLimitItemPerMinute(120, namespace="login")
"""From one address: a waiting hall shares one."""
ATTEMPTS = RateLimitItemPerMinute(10, namespace="attempt")
"""By one WeChat identity, at a card code or a phone number."""


class Counters:
    """Counts in Redis, and in memory while Redis is away."""

    def __init__(self, outside: Outside) -> None:
        shared = RedisStorage(
            "redis://", connection_pool=outside.redis.connection_pool, key_prefix="suihu:limit"
        )
        self._shared = FixedWindowRateLimiter(shared)
        self._own = FixedWindowRateLimiter(MemoryStorage())

    def hit(self, limit: RateLimitItem, key: str) -> None:
        """Count one. Raises TooMany with the seconds until the next is free."""
        try:
            self._hit(self._shared, limit, key)
        except RedisError as away:
            log.warning("limits.counted_here_only", error=type(away).__name__)
            self._hit(self._own, limit, key)

    def _hit(self, counter: FixedWindowRateLimiter, limit: RateLimitItem, key: str) -> None:
        if not counter.hit(limit, key):
            free_at = counter.get_window_stats(limit, key).reset_time
            seconds = max(1, round(free_at - clock.machine().timestamp()))
            raise TooMany("操作太频繁了，请稍等一会儿再试。", retry_after=seconds)


def limited(limit: RateLimitItem, by: Callable[[], str]) -> Callable[[View], View]:
    """Count each call under `by()` and refuse what is over the limit."""

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            _counters().hit(limit, by())
            return view(*args, **kwargs)

        return cast(View, counted)

    return wrap


def address() -> str:
    """Where the request comes from; TRUSTED_PROXIES says how many proxies are believed."""
    return request.remote_addr or "unknown"


def identity() -> str:
    """The WeChat identity that asks; only under an access rule."""
    return visitor().identity_id


def _counters() -> Counters:
    found: Counters | None = current_app.extensions.get("suihu_limits")
    if found is None:
        found = current_app.extensions["suihu_limits"] = Counters(outside())
    return found
