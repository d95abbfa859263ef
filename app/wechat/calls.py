"""One call to WeChat: token, answer, errcode; a refused token costs exactly one more try."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.core.ids import new_id
from app.wechat.answers import error_in, needed, refusal_in, values_of
from app.wechat.errcodes import TOKEN
from app.wechat.tokens import Tokens
from app.wechat.transport import Answer, Transport, as_json, as_upload

_TOKEN_MISSING = 41001


class Calls:
    """The calls of one account."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """A read. Raises WeChatError."""
        return self._json(path, lambda token: self._ask("GET", path, query, token))

    def post(self, path: str, body: Mapping[str, Any], *, answers: Collection[int] = ()) -> dict[str, Any]:
        """A JSON call. `answers` are errcodes that the caller reads itself. Raises WeChatError."""
        content = as_json(body)
        return self._json(path, lambda token: self._ask("POST", path, {}, token, content), answers)

    def act(self, path: str, body: Mapping[str, Any], *, answers: Collection[int] = ()) -> dict[str, Any]:
        """A JSON call that WeChat confirms with an errcode; without one, nobody knows who answered."""
        values = self.post(path, body, answers=answers)
        needed(path, values, "errcode")
        return values

    def upload(self, path: str, name: str, content: bytes, content_type: str, **query: str) -> dict[str, Any]:
        """Send one file. Raises WeChatError."""
        boundary = f"suihu{new_id()}"
        body = as_upload(name, content, content_type, boundary)
        kind = f"multipart/form-data; boundary={boundary}"
        return self._json(path, lambda token: self._ask("POST", path, query, token, body, kind))

    def download(self, path: str, **query: str) -> Answer:
        """A file. WeChat tells a failure in JSON under any content type. Raises WeChatError."""
        used = self._tokens.get()
        answer = self._ask("GET", path, query, used)
        error = refusal_in(path, answer)
        if error is not None and error.kind == TOKEN:
            answer = self._ask("GET", path, query, self._tokens.instead_of(used, error.errcode))
            error = refusal_in(path, answer)
        if error is not None:
            raise error
        return answer

    def _json(self, path: str, ask: Callable[[str], Answer], answers: Collection[int] = ()) -> dict[str, Any]:
        used = self._tokens.get()
        values = values_of(path, ask(used))
        error = error_in(path, values, answers)
        if error is not None and error.kind == TOKEN and error.errcode != _TOKEN_MISSING:
            # Once, never in a circle: wechatpy's own way made 486 fetches out of one call.
            values = values_of(path, ask(self._tokens.instead_of(used, error.errcode)))
            error = error_in(path, values, answers)
        if error is not None:
            raise error
        return values

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        token: str,
        body: bytes | None = None,
        content_type: str = "application/json; charset=utf-8",
    ) -> Answer:
        return self._transport.request(method, path, {"access_token": token, **query}, body, content_type)
