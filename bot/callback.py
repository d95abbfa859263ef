"""WeChat's door: verify, decrypt, store, ring, answer `success`. What it means is worked out later.

WeChat waits five seconds and comes back twice; a database that is away is answered 503, so that it does.
A repeat has the same MsgId and is kept once, whatever its signature.
"""

from functools import cache
from typing import NoReturn

import structlog
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.core import clock
from app.core.config import WeChatApp
from app.core.db import transaction
from app.http.access import open_to_all
from app.http.doors import outside
from app.wechat import inbox
from app.wechat.bodies import LARGEST, Malformed, fields_of
from app.wechat.crypto import NotFromWeChat
from app.wechat.envelope import Envelope
from app.wechat.inbound import filed_under

log = structlog.get_logger(__name__)

callback = Blueprint("callback", __name__, url_prefix="/wechat/callback")


@callback.get("/oa", defaults={"kind": "oa"})
@callback.get("/mp", defaults={"kind": "mp"})
@open_to_all("signed by WeChat")
def confirm_address(kind: str) -> Response:
    """WeChat asks, once, whether this address is ours: the echo is the answer."""
    try:
        _envelope(kind).check_address(request.args, clock.now())
    except NotFromWeChat as error:
        _refuse(403, kind, error)
    return Response(request.args.get("echostr", ""), content_type="text/plain; charset=utf-8")


@callback.post("/oa", defaults={"kind": "oa"})
@callback.post("/mp", defaults={"kind": "mp"})
@open_to_all("signed by WeChat")
def take_in(kind: str) -> str:
    """Store one message and ring for the worker."""
    now, request.max_content_length = clock.now(), LARGEST
    app_id = _account(kind).app_id
    try:
        body = _envelope(kind).open(request.args, request.get_data(), now)
        key, name = filed_under(app_id, fields_of(body))
    except NotFromWeChat as error:
        _refuse(403, kind, error)
    except RequestEntityTooLarge as error:
        _refuse(413, kind, error)
    except Malformed as error:
        _refuse(400, kind, error)
    with transaction(outside().sessions) as session:
        inbox.keep(session, app_id, key, name, body, now)
    return "success"


def _account(kind: str) -> WeChatApp:
    settings = outside().settings
    return settings.oa if kind == "oa" else settings.mp


def _envelope(kind: str) -> Envelope:
    return _made(_account(kind), not outside().settings.is_production)


@cache
def _made(account: WeChatApp, plain_allowed: bool) -> Envelope:
    return Envelope(account, plain_allowed=plain_allowed)


def _refuse(status: int, kind: str, error: Exception) -> NoReturn:
    log.warning("callback.refused", account=kind, status=status, because=str(error))
    abort(status)
