"""What the OpenAPI document says of the API as a whole."""

from typing import Any

from flask import Response
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from pydantic import ValidationError

from app.api.fitting import refusal
from app.api.problem import Problem

ABOUT = """\
Suihu's API for the mini-program. 小程序接口。

* **Log in** with `POST /api/v1/sessions`, then send `Authorization: Bearer <token>`.
* **Write** with a `request_id` of your own: sent again, a write gives the first answer again.
* **Read lists** with `limit` and `cursor`: `next_cursor` is null on the last page.
* **Refusals** are `application/problem+json`: show people the `title`, let programs read the `code`.
* **Moments** carry their offset (RFC 3339), days are the hospital's.

How to begin, with examples: docs/api.md.
"""


def describe(public_url: str) -> dict[str, Any]:
    """flask-openapi3's options: title, server, sign-in, and no pages of its own."""
    return {
        "info": Info(title="Suihu 随护 API", version="1.0.0", description=ABOUT),
        "servers": [Server(url=public_url)],
        "security_schemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "validation_error_model": Problem,
        "validation_error_callback": _refuse,
        "doc_ui": False,
    }


def _refuse(error: ValidationError) -> Response:
    raise refusal(error, "body")
