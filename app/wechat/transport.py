"""HTTP to WeChat: connections kept alive, time limits on everything, and no way out to a host not allowed.

http.client and not requests: sending is the busiest path of the house, and a kept-alive http.client
connection costs a quarter of the CPU (docs/decisions/0008-own-transport.md).
"""

import http.client
import json
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.core.config import LOCAL_HOSTS
from app.wechat.client import WeChatError
from app.wechat.errcodes import GATEWAY, TRANSIENT, UNKNOWN

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
IDLE_SECONDS = 30.0
"""A connection unused for longer is not trusted any more."""
_OK, _TIMED_OUT_BEHIND = 200, 504
_TOO_EARLY_OR_MANY = frozenset({408, 425, 429})


class HostNotAllowed(RuntimeError):
    """Demo and test may only speak with a WeChat on this machine."""


@dataclass(frozen=True)
class Answer:
    """What came back with HTTP status 200: whatever WeChat has to say, it says so."""

    content: bytes
    content_type: str


class Transport:
    """A pool of kept-alive connections to one host; many threads may use it at once."""

    def __init__(self, base_url: str, *, only_local: bool, read_seconds: float = READ_SECONDS) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        if only_local and self._host not in LOCAL_HOSTS:
            raise HostNotAllowed(f"{self._host} is not on this machine")
        self._port = parts.port
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._read_seconds = read_seconds
        self._idle: deque[tuple[float, http.client.HTTPConnection]] = deque()

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json; charset=utf-8",
    ) -> Answer:
        """One call. Raises WeChatError: transient when it cannot have arrived (or the answer is a 5xx),
        unknown when it may have, gateway when somebody on the way refused it."""
        connection = self._connection(path)
        target = f"{path}?{urlencode(query)}" if query else path
        headers = {"Content-Type": content_type} if body is not None else {}
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            # The query holds the access token: only the path may be told.
            raise WeChatError(UNKNOWN, None, path, about=type(error).__name__) from None
        self._give_back(connection, response)
        if response.status != _OK:
            raise WeChatError(_kind_of(response.status), None, path, about=f"HTTP {response.status}")
        return Answer(content, response.headers.get("Content-Type", ""))

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[1].close()

    def _connection(self, path: str) -> http.client.HTTPConnection:
        oldest_usable = time.monotonic() - IDLE_SECONDS
        while True:
            try:
                # The last one back is the freshest.
                since, connection = self._idle.pop()
            except IndexError:
                return self._fresh(path)
            if since > oldest_usable and not _hung_up(connection.sock):
                return connection
            connection.close()

    def _fresh(self, path: str) -> http.client.HTTPConnection:
        connection = (
            http.client.HTTPSConnection(self._host, self._port, timeout=CONNECT_SECONDS, context=self._tls)
            if self._tls
            else http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_SECONDS)
        )
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise WeChatError(TRANSIENT, None, path, about=type(error).__name__) from None
        connection.sock.settimeout(self._read_seconds)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _give_back(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        if response.will_close or connection.sock is None:
            connection.close()
        else:
            self._idle.append((time.monotonic(), connection))


def _kind_of(status: int) -> str:
    """What to do about an answer that is not WeChat's own: that one is always a 200."""
    if status == _TIMED_OUT_BEHIND:
        return UNKNOWN
    return TRANSIENT if status >= 500 or status in _TOO_EARLY_OR_MANY else GATEWAY


def _hung_up(line: socket.socket | None) -> bool:
    """Whether the other side closed the idle connection: only then is there something to read."""
    if line is None:
        return True
    look = select.poll()
    look.register(line, select.POLLIN)
    return bool(look.poll(0))


def as_json(values: Mapping[str, Any]) -> bytes:
    """A body as WeChat wants it: UTF-8, and never \\u escapes (they fail with 40033, or arrive garbled)."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def as_upload(name: str, content: bytes, content_type: str, boundary: str) -> bytes:
    """A multipart body with the one field WeChat knows: media."""
    safe = name.replace('"', "").replace("\r", "").replace("\n", "")
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="media"; filename="{safe}"\r\n'
        f"Content-Type: {content_type}\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
