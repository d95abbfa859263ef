"""The only map from what went wrong to HTTP: problem+json for programs, a plain page for people."""

import re
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.core.db import is_away
from app.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
)

log = structlog.get_logger(__name__)

STATUS: dict[type[DomainError], int] = {
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    TooMany: 429,
    Unavailable: 503,
}

PLAIN = {
    400: ("请求不完整", "请返回上一页再试一次。"),
    401: ("请重新登录", "为了保护您的信息，登录已过期。"),
    403: ("没有权限", "这项操作不在您的权限内，请联系管理员。"),
    404: ("没有找到", "这个页面不存在，或不属于您。"),
    405: ("打开方式不对", "请从页面上的按钮进入。"),
    413: ("内容太长", "请缩短一些再提交。"),
    415: ("格式不支持", "请换一种格式再试。"),
    429: ("操作太频繁", "请稍等一分钟再试。"),
    503: ("暂时连不上", "请过一分钟再试；着急的话请直接打医院电话。"),
    500: ("系统出了点问题", "我们已经记录下来，请稍后再试；着急的话请直接打医院电话。"),
}


FILE_TOO_LARGE = ("文件太大", "请换一个小一些的文件再上传。")

DATABASE_AWAY = ("系统暂时连不上", "请稍后再试；着急的话请直接打医院电话。")
AWAY_FOR = 30
"""Seconds after which a program may ask again."""

_PROGRAMS = re.compile(r"/(api|wechat)(/|$)|/openapi")


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error, by its kind."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def wants_problem() -> bool:
    """True for the API, the callback and other programs."""
    return bool(_PROGRAMS.match(request.path)) or request.accept_mimetypes.best == "application/json"


def register(app: Flask) -> None:
    """Answer every error of the app in the reader's language."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crash)


def _domain(error: DomainError) -> tuple[Response, int]:
    answer, status = _answer(status_of(error), error.code, error.message, field=error.field, **error.detail)
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.headers.extend(_headers(error))
    return response, status


def _headers(error: DomainError) -> dict[str, str]:
    """What a program looks for beside the status: how to sign in (RFC 6750), when to ask again."""
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {}
    if "retry_after" in error.detail:
        headers["Retry-After"] = str(error.detail["retry_after"])
    return headers


def _http(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    status = error.code or 500
    title, action = PLAIN.get(status, PLAIN[500] if status >= 500 else PLAIN[400])
    if status == 413 and request.mimetype == "multipart/form-data":
        title, action = FILE_TOO_LARGE
    answer, status = _answer(status, f"http_{status}", title, action=action)
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.status_code = status
    allowed = getattr(error, "valid_methods", None)
    if status == 405 and allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _crash(error: Exception) -> tuple[Response | str, int]:
    if is_away(error):
        return _database_away(error)
    log.error("request.crashed", error=type(error).__name__, path=request.path, exc_info=error)
    title, action = PLAIN[500]
    return _answer(500, "internal", title, action=action)


def _database_away(error: Exception) -> tuple[Response | str, int]:
    """503 for everybody; WeChat, too, repeats its push for anything but an answer of success."""
    told = error.orig.args[0] if isinstance(error, DBAPIError) and error.orig and error.orig.args else None
    number = told if isinstance(told, int) else None
    log.error("request.database_away", error=type(error).__name__, number=number, path=request.path)
    title, action = DATABASE_AWAY
    answer, status = _answer(503, "database_away", title, action=action, retry_after=AWAY_FOR)
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.headers["Retry-After"] = str(AWAY_FOR)
    return response, status


def _answer(
    status: int, code: str, message: str, *, action: str = "", **detail: Any
) -> tuple[Response | str, int]:
    reference = g.get("request_id", "")
    if wants_problem():
        shown = {key: value for key, value in detail.items() if value is not None}
        problem = jsonify(
            type=f"/problems/{code}", title=message, status=status, code=code, instance=reference, **shown
        )
        problem.mimetype = "application/problem+json"
        return problem, status
    title, hint = PLAIN.get(status, ("暂时办不了", "请返回上一页再试一次。"))
    if detail.get("call_120"):
        title, hint = "请先看这里", ""
    page = render_template(
        _page(),
        title=title if not action else message,
        text=message if not action else "",
        # A refusal that says the usual words is not told them again.
        action=action or ("" if hint == message else hint),
        reference=reference,
        status=status,
        call_120=detail.get("call_120"),
    )
    return (_into_notices(page, status) if _from_htmx() else page), status


def _page() -> str:
    if _from_htmx():
        return "errors/notice.html"
    return "errors/h5_error.html" if request.path.startswith("/h5") else "errors/error.html"


def _from_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _into_notices(fragment: str, status: int) -> Response:
    """A failure stands in the page's notice area, whichever part of the page asked."""
    headers = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"}
    return Response(fragment, status, headers, mimetype="text/html")
