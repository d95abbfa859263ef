"""One access token an account for all processes: in Redis, fetched by one of them at a time.

stable_token gives everybody the same token until five minutes before its end and then lets the old
one live five minutes more, so a token kept until then never ends in anybody's hands.
Source: developers.weixin.qq.com, getStableAccessToken, read 2026-10 — docs/sources.md#wechat-token
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis import Redis, RedisError

from app.core.config import WeChatApp
from app.core.ids import new_id
from app.wechat.answers import needed, read_values
from app.wechat.client import WeChatError
from app.wechat.errcodes import TRANSIENT, UNKNOWN
from app.wechat.transport import Transport, as_json

log = structlog.get_logger(__name__)

PATH = "/cgi-bin/stable_token"
REFRESH_WITH_LEFT = 300
"""Seconds before its end at which a token is no longer handed out."""
REMEMBERED = 10.0
"""Seconds a process trusts what it last read from Redis."""
LOCK_SECONDS = 20
"""A refresher that died holds the others up for this long at most."""
LOOK_AGAIN = 0.02
EXPIRED = 42001
LEFT_ALONE = 15.0
"""Seconds after a fetch in which WeChat is not asked again: what it refuses meanwhile, it refuses anyhow."""

_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class Tokens:
    """The access token of one account, shared by every process of one environment."""

    def __init__(self, redis: Redis, transport: Transport, environment: str, account: WeChatApp) -> None:
        self._redis = redis
        self._transport = transport
        self._account = account
        # Environments that share an account must not throw each other's token out.
        self._key = f"suihu:{environment}:{account.app_id}:token"
        self._local: tuple[str, float] | None = None
        self._fetched: tuple[str, float] | None = None
        self._refusal: tuple[WeChatError, float] | None = None
        self._one_at_a_time = threading.Lock()

    def get(self) -> str:
        """A token that is good now. Raises WeChatError."""
        local = self._local
        if local is not None and time.monotonic() < local[1]:
            return local[0]
        with self._one_at_a_time:
            return self._shared_or_fetched(refused=None)

    def instead_of(self, refused: str, errcode: int | None) -> str:
        """A token to try once more with after this one was refused: a newer shared one, or a fetched one."""
        with self._one_at_a_time:
            # A new token refused at once is no case for a third one: the call's one retry tells.
            keep = errcode != EXPIRED and self._just_fetched(refused)
            return self._shared_or_fetched(None if keep else refused)

    def _just_fetched(self, token: str) -> bool:
        return self._fetched is not None and self._fetched[0] == token and time.monotonic() < self._fetched[1]

    def _shared_or_fetched(self, refused: str | None) -> str:
        try:
            token = self._shared(refused)
            while token is None:
                with self._lock() as mine:
                    # Whoever held the lock before may have stored one meanwhile.
                    token = self._shared(refused) or (self._fetch_and_store() if mine else None)
                if token is None:
                    time.sleep(LOOK_AGAIN)
        except RedisError as error:
            # Stable mode gives every process the same token, so going without the store is safe.
            log.warning("wechat.token_store_away", error=type(error).__name__)
            token = self._fetch()[0]
        self._local = (token, time.monotonic() + REMEMBERED)
        return token

    def _shared(self, refused: str | None) -> str | None:
        raw = self._redis.get(self._key)
        token = raw.decode() if isinstance(raw, bytes) else None
        return token if token != refused else None

    @contextmanager
    def _lock(self) -> Iterator[bool]:
        """Whether this process may fetch; the lock goes with its holder, at the latest after LOCK_SECONDS."""
        name, mark = f"{self._key}:lock", new_id()
        mine = bool(self._redis.set(name, mark, nx=True, ex=LOCK_SECONDS))
        try:
            yield mine
        finally:
            if mine:
                self._redis.eval(_RELEASE, 1, name, mark)

    def _fetch_and_store(self) -> str:
        token, lasts = self._fetch()
        self._redis.set(self._key, token, ex=max(lasts - REFRESH_WITH_LEFT, 10))
        self._fetched = (token, time.monotonic() + LEFT_ALONE)
        return token

    def _fetch(self) -> tuple[str, int]:
        if self._refusal is not None and time.monotonic() < self._refusal[1]:
            raise self._refusal[0]
        try:
            return self._ask()
        except WeChatError as error:
            self._refusal = (error, time.monotonic() + 1)
            raise

    def _ask(self) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.app_secret,
        }
        try:
            answer = read_values(PATH, self._transport.request("POST", PATH, body=as_json(body)))
            token, lasts = needed(PATH, answer, "access_token"), int(needed(PATH, answer, "expires_in"))
        except WeChatError as error:
            if error.kind != UNKNOWN:
                raise
            # Asking for a token sends nothing to anybody: no message's fate hangs on it.
            raise WeChatError(TRANSIENT, error.errcode, PATH, error.rid, error.about) from None
        log.info("wechat.token_fetched", app_id=self._account.app_id, expires_in=lasts)
        return str(token), lasts
