"""From a WeChat that proved itself to a session of the patient pages.

The code in a login address can be another person's: whoever opens an address that was sent would become
the sender and write their own health into the sender's file. So a browser never changes hands without a
word, and a mini-program's address that was tapped in a chat is not believed at once.
"""

import hmac
import secrets
from dataclasses import dataclass

from flask import current_app, make_response, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend
from app.core.errors import Conflict
from app.http.doors import outside
from app.http.patient_auth import PATIENT_COOKIE, page_visitor
from app.patients import identities, sessions
from app.wechat.client import Login

ASKED_COOKIE, ASKED_PATH = "suihu_asked", "/h5/login"
"""What the asked browser holds until it answers."""
ANSWER_WITHIN = 600
"""Seconds for the answer to the question."""

EXPIRED = Conflict("这个登录链接已经失效了。请点下面的按钮重新进入。", code="login_expired")


@dataclass(frozen=True)
class Question:
    """Who this browser is now (None: nobody), and who it would become; names are masked."""

    now_name: str | None
    then_name: str
    identity_id: str


def enter(app_kind: str, who: Login, wanted: str) -> Response:
    """A session and the way to `wanted`; the question first where this might be somebody else's doing."""
    account = outside().settings.oa if app_kind == "oa" else outside().settings.mp
    now, here, by_chat = clock.now(), page_visitor(), app_kind == "mp" and tapped_in_a_chat(_user_agent())

    def meet(session: Session) -> Question | str:
        identity = identities.note_login(session, account.app_id, app_kind, who, now)
        holder = identities.find(session, here.identity_id) if here else None
        # An address in a chat was sent by somebody: there the benefit of the doubt is the sender's.
        believed = identities.are_one_person if by_chat else identities.may_be_one_person
        same = holder is not None and believed(holder, identity)
        if not same and (holder is not None or by_chat):
            now_name = identities.masked_name(session, holder) if holder else None
            return Question(now_name, identities.masked_name(session, identity), identity.id)
        return sessions.open_session(session, identity.id, "page", clock.machine())

    met = contend(outside().sessions, meet)
    return _with_session(met, wanted) if isinstance(met, str) else _ask(met, wanted)


def switch(sealed: str) -> Response:
    """The answer was yes: end the session that was, begin the other.

    Good once and in the browser that was asked: raises Conflict otherwise, and for a stale answer.
    """
    try:
        identity_id, wanted, asked = _signer().loads(sealed, max_age=ANSWER_WITHIN)
    except (BadSignature, ValueError):
        raise EXPIRED from None
    if not hmac.compare_digest(asked, request.cookies.get(ASKED_COOKIE, "")):
        raise EXPIRED
    here, moment = page_visitor(), clock.machine()

    def change(session: Session) -> str:
        if here:
            sessions.revoke(session, here.session_id, moment)
        return sessions.open_session(session, identity_id, "page", moment)

    answer = _with_session(contend(outside().sessions, change), wanted)
    answer.delete_cookie(ASKED_COOKIE, path=ASKED_PATH)
    return answer


def tapped_in_a_chat(user_agent: str) -> bool:
    """Whether WeChat shows the page, but not in a mini-program's web view. docs/sources.md#web-view"""
    return "MicroMessenger" in user_agent and "miniprogram" not in user_agent.lower()


def set_cookie(answer: Response, name: str, value: str, seconds: int, path: str) -> None:
    """A cookie no script reads, sent over https where the hospital is reached by https."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=outside().settings.public_url.startswith("https://"),
    )


def _ask(question: Question, wanted: str) -> Response:
    asked = secrets.token_hex(16)
    who = _signer().dumps([question.identity_id, wanted, asked])
    answer = make_response(render_template("h5/switch.html", question=question, who=who))
    set_cookie(answer, ASKED_COOKIE, asked, ANSWER_WITHIN, ASKED_PATH)
    return answer


def _with_session(token: str, wanted: str) -> Response:
    answer = redirect(wanted)
    set_cookie(answer, PATIENT_COOKIE, token, int(sessions.LASTS["page"].total_seconds()), "/")
    return answer


def _user_agent() -> str:
    return request.user_agent.string


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="h5 switch")
