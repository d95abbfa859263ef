"""Asking WeChat on somebody's behalf: what its refusals mean to them, and one-time codes sent twice."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import structlog
from redis import Redis, RedisError
from redis.lock import Lock

from app.core.errors import Invalid, Unavailable
from app.core.ids import token_hash
from app.core.masks import FieldKeys
from app.http.doors import outside
from app.wechat.client import WeChatError
from app.wechat.errcodes import LOGIN_CODE

log = structlog.get_logger(__name__)

KEPT_SECONDS = 600
"""A code is good for five minutes; who lost our answer asks again long before this."""
LOCKED_SECONDS = 30
"""Longer than WeChat may take to answer, a token fetched on the way."""
PLACE = "api.answer"

T = TypeVar("T")


def ask(call: Callable[[], T]) -> T:
    """What WeChat answers. Raises Invalid (wechat_code_refused), Unavailable (wechat_away)."""
    try:
        return call()
    except WeChatError as refused:
        if refused.kind == LOGIN_CODE:
            raise Invalid(
                "微信给的凭证已经失效，请再点一次。", code="wechat_code_refused", field="code"
            ) from None
        log.warning(
            "api.wechat_refused", endpoint=refused.endpoint, kind=refused.kind, errcode=refused.errcode
        )
        raise Unavailable("微信暂时没有回应，请过一分钟再试。", code="wechat_away", retry_after=60) from None


def first_answer(key: str, make: Callable[[], str]) -> str:
    """What `make` gave for this key in the last ten minutes, or gives now: WeChat takes a code once only.

    Redis keeps it sealed. Without Redis nothing is kept, and a code sent twice is refused by WeChat.
    """
    redis, name, once = outside().redis, f"suihu:api:answer:{token_hash(key)}", Once(make)
    try:
        # Whoever taps twice waits here for the first tap's answer.
        with outside().absence.watched(), _alone(redis, name):
            kept = redis.get(name)
            return (
                field_keys().open(kept.decode(), PLACE)
                if isinstance(kept, bytes)
                else _keep(redis, name, once.answer())
            )
    except RedisError as away:
        log.warning("api.answer_not_kept", error=type(away).__name__)
        # Redis may go, or its lock end, after WeChat has answered: the code is used up by then.
        return once.answer()


def _alone(redis: Redis, name: str) -> Lock:
    return redis.lock(f"{name}:lock", timeout=LOCKED_SECONDS, blocking_timeout=LOCKED_SECONDS)


class Once:
    """Runs `make` at most once; asked again, it tells the same answer or raises the same refusal."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._told: Future[str] = Future()

    def answer(self) -> str:
        if not self._told.done():
            try:
                self._told.set_result(self._make())
            except Exception as error:
                self._told.set_exception(error)
        return self._told.result()


def _keep(redis: Redis, name: str, answer: str) -> str:
    redis.set(name, field_keys().seal(answer, PLACE), ex=KEPT_SECONDS)
    return answer


def field_keys() -> FieldKeys:
    """The keys of private fields, for what is sealed on its way and not in a row."""
    return FieldKeys(outside().settings.field_keys)
