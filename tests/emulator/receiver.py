"""A developer's server for tests: takes callbacks over real HTTP and answers as it is told."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import xmltodict
from wechatpy.crypto import WeChatCrypto

PATIENCE_SECONDS = 30.0


@dataclass
class Callback:
    path: str
    query: dict[str, str]
    body: str
    fields: dict[str, Any] = field(default_factory=dict)


Answering = Callable[[Callback], tuple[int, str]]


def accept(callback: Callback) -> tuple[int, str]:
    return 200, "success"


class Receiver:
    """Keeps what arrives. `read` turns a body into fields; `answer` is the next answers' author."""

    def __init__(self) -> None:
        self.received: list[Callback] = []
        self.answer: Answering = accept
        self.accounts: dict[str, dict[str, Any]] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                status, text = receiver.take(self.path, self.rfile.read(length).decode())
                content = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Quiet: pytest shows what failed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def clear(self) -> None:
        self.received = []
        self.answer = accept

    def take(self, target: str, body: str) -> tuple[int, str]:
        parts = urlsplit(target)
        callback = Callback(parts.path, dict(parse_qsl(parts.query)), body)
        callback.fields = self.read(callback)
        self.received.append(callback)
        return self.answer(callback)

    def read(self, callback: Callback) -> dict[str, Any]:
        """The clear fields, decrypted by wechatpy: an implementation independent of the emulator's."""
        if "encrypt_type" not in callback.query:
            return xmltodict.parse(callback.body)["xml"]
        account = self.accounts[callback.path.strip("/")]
        clear = crypto_of(account).decrypt_message(
            callback.body,
            callback.query["msg_signature"],
            callback.query["timestamp"],
            callback.query["nonce"],
        )
        return xmltodict.parse(clear)["xml"]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [one.fields for one in self.received if one.fields.get("Event") == name]

    def wait_for(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """The first `count` events (or messages) of this name, as soon as they are here."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = [
                one.fields
                for one in self.received
                if name in (one.fields.get("Event"), one.fields["MsgType"])
            ]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError(
            f"{count} × {name} did not arrive; there are {[one.fields for one in self.received]}"
        )


def crypto_of(account: dict[str, Any]) -> WeChatCrypto:
    return WeChatCrypto(account["token"], account["aes_key"], account["appid"])


def key_of(account: dict[str, Any]) -> bytes:
    return base64.b64decode(account["aes_key"] + "=")
