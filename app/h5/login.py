"""How a patient's WeChat becomes a session of the patient pages.

Two doors: OAuth of the service account (a page opened from the chat or the menu), and the web view of
the mini-program (which brings a wx.login code). Both end in a cookie of which only the hash is kept.
"""

import hmac
import secrets

import structlog
from flask import Blueprint, current_app, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend
from app.core.errors import Conflict, DomainError
from app.h5.entering import EXPIRED, enter, set_cookie, switch
from app.h5.frame import dress
from app.http.access import open_to_all
from app.http.doors import outside
from app.http.limits import LOGINS, address, limited, take_one
from app.http.local_paths import local_path, mini_program_target
from app.http.patient_auth import PATIENT_COOKIE, identity_page, visitor
from app.patients import sessions
from app.wechat.client import WeChatError

log = structlog.get_logger(__name__)

login = Blueprint("h5_login", __name__)
dress(login)

HOME = "/h5"
STATE_COOKIE = "suihu_oauth"
STATE_LASTS = 600
"""Seconds between leaving for WeChat and coming back."""


@login.get("/h5/login")
@open_to_all("sends a page opened inside WeChat to WeChat's own login")
def begin() -> Response:
    """Off to WeChat; the state is bound to this browser by a signed cookie, with the way back in it."""
    state = secrets.token_hex(16)
    answer = redirect(outside().wechat.oauth_url(f"{outside().settings.public_url}/h5/login/back", state))
    wanted = local_path(request.args.get("next"), HOME, HOME)
    set_cookie(answer, STATE_COOKIE, _signer().dumps([state, wanted]), STATE_LASTS, "/h5/login")
    return answer


@login.get("/h5/login/back")
@open_to_all("where WeChat sends the page back to, with a code good once")
def come_back() -> Response | tuple[str, int]:
    """Back from WeChat with a code and our state; a state we did not give to this browser opens nothing."""
    wanted = _way_of(request.args.get("state", ""))
    if wanted is None:
        return _failed(EXPIRED)
    take_one(LOGINS, address())
    try:
        who = outside().wechat.login_by_oauth(request.args.get("code", ""))
        answer = enter("oa", who, wanted)
    except WeChatError as error:
        return _failed(_refused(error))
    except DomainError as error:
        return _failed(error)
    answer.delete_cookie(STATE_COOKIE, path="/h5/login")
    return answer


@login.get("/h5/mini-program")
@open_to_all("the mini-program's web view opens here, with a wx.login code good once")
@limited(LOGINS, address)
def from_mini_program() -> Response | tuple[str, int]:
    """Sign in by the mini-program's code and show the page it asked for; ask before changing hands."""
    wanted = mini_program_target(request.args.get("path", ""))
    try:
        who = outside().wechat.login_by_code(request.args.get("code", ""))
        return enter("mp", who, wanted)
    except WeChatError as error:
        return _failed(_refused(error))
    except DomainError as error:
        return _failed(error)


@login.post("/h5/login/switch")
@open_to_all("the yes to becoming somebody else; carries what a login code proved, sealed, good for minutes")
def change_hands() -> Response | tuple[str, int]:
    """Let this browser be the person whom the question named."""
    try:
        return switch(request.form.get("who", ""))
    except DomainError as error:
        return _failed(error)


@login.post("/h5/logout")
@identity_page
def sign_out() -> Response:
    """End this session for good, not only this cookie."""
    contend(
        outside().sessions, lambda session: sessions.revoke(session, visitor().session_id, clock.machine())
    )
    answer = redirect("/h5/goodbye")
    answer.delete_cookie(PATIENT_COOKIE)
    return answer


@login.get("/h5/goodbye")
@open_to_all("what is shown after signing out")
def goodbye() -> str:
    """Signed out."""
    return render_template("h5/goodbye.html")


def _way_of(state: str) -> str | None:
    """Where this browser wanted to go when we gave it `state`; None when we did not."""
    try:
        given, wanted = _signer().loads(request.cookies.get(STATE_COOKIE, ""), max_age=STATE_LASTS)
    except (BadSignature, ValueError):
        return None
    return local_path(wanted, HOME, HOME) if hmac.compare_digest(given.encode(), state.encode()) else None


def _refused(error: WeChatError) -> Conflict:
    log.warning("login.refused", kind=error.kind, errcode=error.errcode, endpoint=error.endpoint)
    if error.kind in ("transient", "unknown", "token", "quota", "gateway"):
        return Conflict("微信那边暂时没有回应，请稍等一下再试。", code="wechat_away")
    return EXPIRED


def _failed(error: DomainError) -> tuple[str, int]:
    page = render_template(
        "errors/h5_error.html",
        title="没有登录成功",
        text=error.message,
        action_label="重新进入",
        action_url=HOME,
    )
    return page, 403


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="h5 login")
