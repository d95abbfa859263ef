"""What WeChat answered: the JSON, or the errcode in it as a WeChatError."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from app.wechat.client import WeChatError
from app.wechat.errcodes import CONTENT, TRANSIENT, kind_of
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
    try:
        values = json.loads(answer.content)
    except ValueError:
        raise WeChatError(TRANSIENT, None, path, about="the answer is no JSON") from None
    if not isinstance(values, dict):
        raise WeChatError(TRANSIENT, None, path, about="the answer is no object")
    return values


def refusal_in(path: str, content: bytes) -> WeChatError | None:
    if not content.startswith(b"{"):
        return None
    return error_in(path, json.loads(content), ())


def error_in(path: str, values: Mapping[str, Any], answers: Collection[int]) -> WeChatError | None:
    errcode = int(values.get("errcode") or 0)
    if errcode == 0 or errcode in answers:
        return None
    # Of errmsg only the request's id and the name of a key: it may hold an openid or a value.
    errmsg = str(values.get("errmsg", ""))
    rid = _RID.search(errmsg)
    kind = kind_of(errcode)
    key = _WRONG_KEY.search(errmsg) if kind == CONTENT else None
    return WeChatError(kind, errcode, path, rid[1] if rid else None, key[1] if key else "")
