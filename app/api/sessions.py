"""A mini-program logs in with WeChat's code and gets a token of its own; the token can be revoked."""

from typing import Annotated

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session as DbSession

from app.api.family import BEARER, family
from app.api.fitting import fitting
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Body, Moment, RequestId, Shown, text
from app.api.wechat_answers import ask, first_answer
from app.core import clock
from app.core.db import contend, transaction
from app.http.access import open_to_all
from app.http.doors import outside
from app.http.limits import LOGINS, address, limited
from app.http.patient_auth import identity_api, visitor
from app.patients.identities import note_login
from app.patients.sessions import LASTS, open_session, revoke
from app.wechat.client import Login

api = family("sessions", "登录：用 wx.login 的 code 换取令牌", needs_token=False)


class LoginCode(Body):
    code: Annotated[
        str,
        text(128),
        Field(description="What wx.login gave; WeChat takes it once.", examples=["0a1B2c3D4e5F6g7H8i9J"]),
    ]
    request_id: RequestId | None = None


class Session(Shown):
    token: str = Field(description="Send it as `Authorization: Bearer <token>`.")
    expires_at: Moment
    activated: bool = Field(description="Whether this person has activated a card; if not, that comes first.")


@api.post("/sessions", responses={201: Session, **refusals(*WITH_BODY, 403, 429, 503)})
@open_to_all("here a mini-program gets its token; limited by address")
@fitting
@limited(LOGINS, address)
def log_in(body: LoginCode) -> Response:
    """Log in: exchange wx.login's code for a token."""
    if body.request_id is None:
        shown = _open(body.code)
    else:
        shown = first_answer(f"login:{body.code}:{body.request_id}", lambda: _open(body.code))
    return Response(shown, 201, mimetype="application/json")


@api.delete("/sessions/current", security=BEARER, responses={204: None, **refusals(401)})
@identity_api
def log_out() -> tuple[str, int]:
    """Log out: revoke the token this request came with."""
    with transaction(outside().sessions) as session:
        revoke(session, visitor().session_id, clock.machine())
    return "", 204


def _open(code: str) -> str:
    out = outside()
    login: Login = ask(lambda: out.wechat.login_by_code(code))
    at = clock.machine()

    def note(session: DbSession) -> Session:
        identity = note_login(session, out.settings.mp.app_id, "mp", login, clock.now())
        token = open_session(session, identity.id, "api", at)
        return Session(token=token, expires_at=at + LASTS["api"], activated=identity.patient_id is not None)

    return contend(out.sessions, note).model_dump_json()
