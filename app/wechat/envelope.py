"""From an HTTP request of WeChat's to the clear text of its message, or a refusal with nothing kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.core.config import WeChatApp
from app.wechat.bodies import Malformed, fields_of
from app.wechat.crypto import NotFromWeChat, Sealer, check_signature

FRESH_FOR = timedelta(minutes=5)
"""A signed request older than this is a replay. WeChat's own repeats come within half a minute."""


class Envelope:
    """Opens the callbacks of one account."""

    def __init__(self, account: WeChatApp, *, plain_allowed: bool) -> None:
        self._token = account.token
        self._sealer = Sealer(account)
        self._plain_allowed = plain_allowed

    def check_address(self, query: Mapping[str, str], now: datetime) -> None:
        """WeChat asks whether this address is ours (GET). Raises NotFromWeChat."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        check_signature(query.get("signature", ""), self._token, timestamp, nonce)
        _check_fresh(timestamp, now)

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The clear text of one message. Raises NotFromWeChat, Malformed.

        A signature over timestamp and nonce alone does not cover a plain body, so plain and compatible
        bodies are read only by their encrypted part in production.
        """
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("not UTF-8") from None
        sealed = fields_of(text).get("Encrypt")
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if isinstance(sealed, str) and sealed:
            check_signature(query.get("msg_signature", ""), self._token, timestamp, nonce, sealed)
            _check_fresh(timestamp, now)
            return self._sealer.open(sealed)
        if not self._plain_allowed:
            raise NotFromWeChat("plain")
        check_signature(query.get("signature", ""), self._token, timestamp, nonce)
        _check_fresh(timestamp, now)
        return text


def _check_fresh(timestamp: str, now: datetime) -> None:
    # Eleven digits last until the year 5138; more would be no number to reckon with.
    plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11
    if not plain or abs(now.timestamp() - int(timestamp)) > FRESH_FOR.total_seconds():
        raise NotFromWeChat("timestamp")
