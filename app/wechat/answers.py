"""What WeChat answered: the JSON, or the errcode in it as a WeChatError."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from app.wechat.client import WeChatError
from app.wechat.errcodes import CONTENT, TRANSIENT, UNKNOWN, kind_of
from app.wechat.transport import Answer

_RID = re.compile(r"rid: ([\w-]+)")
_WRONG_KEY = re.compile(r"data\.(\w+)\.value")


def read_values(path: str, answer: Answer) -> dict[str, Any]:
    """The JSON of a call without a token. Raises WeChatError."""
    values = values_of(path, answer)
    error = error_in(path, values, ())
    if error is not None:
        raise error
    return values


def values_of(path: str, answer: Answer) -> dict[str, Any]:
    # The content type says text/plain now and then; the bytes are UTF-8 JSON all the same.
    values = _object_in(answer.content)
    if values is None:
        raise WeChatError(TRANSIENT, None, path, about="the answer is no JSON object")
    return values


def needed(path: str, values: Mapping[str, Any], *keys: str) -> Any:
    """What stands under these keys, one inside the other.

    Raises WeChatError where it is missing: no refusal came, so whether the call did its work is unknown.
    """
    found: Any = values
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
        if found is None:
            raise WeChatError(UNKNOWN, None, path, about=f"no {key} in the answer")
    return found


def refusal_in(path: str, answer: Answer) -> WeChatError | None:
    """Why this is no file: WeChat's errcode, or the words of somebody on the way."""
    if answer.content.startswith(b"{") and (values := _object_in(answer.content)) is not None:
        if "video_url" in values:
            # A video comes as the address it lies at.
            return None
        return error_in(path, values, ()) or WeChatError(TRANSIENT, None, path, about="JSON and no file")
    if answer.content_type.startswith("text/"):
        return WeChatError(TRANSIENT, None, path, about="text and no file")
    return None


def _object_in(content: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(content)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def error_in(path: str, values: Mapping[str, Any], answers: Collection[int]) -> WeChatError | None:
    errcode = _errcode_of(path, values)
    if errcode == 0 or errcode in answers:
        return None
    # Of errmsg only the request's id and the name of a key: it may hold an openid or a value.
    errmsg = str(values.get("errmsg", ""))
    rid = _RID.search(errmsg)
    kind = kind_of(errcode)
    key = _WRONG_KEY.search(errmsg) if kind == CONTENT else None
    return WeChatError(kind, errcode, path, rid[1] if rid else None, key[1] if key else "")


def _errcode_of(path: str, values: Mapping[str, Any]) -> int:
    """WeChat leaves it out where there is something better to tell."""
    try:
        return int(values.get("errcode") or 0)
    except (TypeError, ValueError):
        raise WeChatError(UNKNOWN, None, path, about="the errcode is no number") from None
