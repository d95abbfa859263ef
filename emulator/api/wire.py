"""How WeChat's endpoints are declared, what one call carries, and how it is refused."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from emulator.config import AppKind, MiniProgram, Person, ServiceAccount
from emulator.platform import Platform

Caller = Literal["oa", "mp", "any", "nobody"]
"""Whose access token an endpoint takes; "nobody" takes none."""


class Refusal(Exception):
    """A business error: HTTP 200 with this errcode, as WeChat answers."""

    def __init__(self, errcode: int, errmsg: str, **more: Any) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg
        self.more = more


class Body(BaseModel):
    """A JSON body; a key that WeChat's page does not list is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Binary:
    """An answer that is not JSON."""

    content: bytes
    content_type: str
    filename: str | None = None
    status: int = 200


@dataclass
class Upload:
    filename: str
    content_type: str
    content: bytes


@dataclass
class Call:
    """One call with a checked token and body; `kind` is the app whose token it carried."""

    platform: Platform
    path: str
    query: dict[str, str]
    kind: AppKind
    faults: list[str]
    """The faults this call met, for the journal."""
    body: Any = None
    upload: Upload | None = None
    before_answer: list[Future[None]] = field(default_factory=list)
    """Pushes that must be through before the answer leaves."""

    @property
    def account(self) -> ServiceAccount | MiniProgram:
        return self.platform.config.account(self.kind)

    def person(self, openid: str, errcode: int = 40003) -> Person:
        """The person behind an openid of the calling app; another app's openid is refused."""
        person = self.platform.people.find(self.kind, openid)
        if person is None:
            raise Refusal(errcode, "invalid openid")
        return person


Answer = dict[str, Any] | Binary
Run = Callable[[Call], Answer]


@dataclass(frozen=True)
class Endpoint:
    path: str
    method: str
    caller: Caller
    body: type[BaseModel] | None
    upload: bool
    run: Run


ENDPOINTS: dict[str, Endpoint] = {}
_R = TypeVar("_R", bound=Run)


def endpoint(
    method: str, path: str, caller: Caller, body: type[BaseModel] | None = None, upload: bool = False
) -> Callable[[_R], _R]:
    """Declare the function that answers an API path."""

    def declare(run: _R) -> _R:
        ENDPOINTS[path] = Endpoint(path, method, caller, body, upload, run)
        return run

    return declare


def ok(**more: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **more}
