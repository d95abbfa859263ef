"""Reading a call strictly: method, body, and the habits that the real platform punishes."""

import json
import re
from typing import Any

from flask import Request
from pydantic import BaseModel, ValidationError

from emulator.api.wire import Endpoint, Refusal, Upload

_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
_MISSING = {
    "touser": (40003, "invalid openid"),
    "openid": (40003, "invalid openid"),
    "template_id": (40037, "invalid template_id"),
    "grant_type": (40002, "invalid grant_type"),
    "appid": (41002, "appid missing"),
    "secret": (41004, "appsecret missing"),
    "code": (40029, "invalid code"),
    "media_id": (40007, "invalid media_id"),
    "action_name": (40052, "invalid action name"),
    "action_info": (40053, "invalid action info"),
}
"""What WeChat says when a particular field is absent; anything else is 47001."""


def check_method(endpoint: Endpoint, method: str) -> None:
    if endpoint.method == "GET" and method != "GET":
        raise Refusal(43001, "require GET method")
    if endpoint.method == "POST" and method != "POST":
        raise Refusal(43002, "require POST method")


def read_body(endpoint: Endpoint, request: Request) -> BaseModel | None:
    """The body as the endpoint's shape, or None when it takes none. Raises Refusal."""
    if endpoint.body is None:
        return None
    raw = request.get_data()
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Refusal(47001, "data format error: a form body is not JSON")
    if not raw:
        raise Refusal(44002, "empty post data")
    if _ESCAPED.search(raw):
        raise Refusal(40033, "invalid charset. please check your request, \\uxxxx is not accepted")
    try:
        return endpoint.body.model_validate(json.loads(raw.decode("utf-8")))
    except UnicodeDecodeError:
        raise Refusal(40033, "invalid charset. please send UTF-8") from None
    except ValidationError as error:
        raise _complaint(error.errors(include_input=False)[0]) from None
    except ValueError:
        raise Refusal(47001, "data format error") from None


def read_upload(endpoint: Endpoint, request: Request) -> Upload | None:
    """The multipart part named `media`. Raises Refusal when it is absent."""
    if not endpoint.upload:
        return None
    part = request.files.get("media")
    if part is None:
        raise Refusal(41005, "media data missing")
    return Upload(part.filename or "media", part.mimetype, part.read())


def _complaint(item: Any) -> Refusal:
    where = ".".join(str(part) for part in item["loc"])
    if item["type"] == "missing" and where in _MISSING:
        return Refusal(*_MISSING[where])
    if item["type"] == "extra_forbidden":
        return Refusal(47001, f"data format error: unknown key {where}")
    return Refusal(47001, f"data format error: {where} {item['msg']}")
