"""Signing in and out of the console."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.console.navigation import hang_up
from app.console.sign_in_tries import Tries, remember
from app.core import clock
from app.core.db import contend, read_only
from app.http.access import open_to_all
from app.http.doors import outside
from app.http.local_paths import local_path
from app.http.staff_auth import STAFF_COOKIE, current_staff, staff_only
from app.staff import accounts, sessions

login = Blueprint("console_login", __name__)
hang_up(login)

HOME = "/console"


@login.get("/console/login")
@open_to_all("the page on which staff sign in")
def show_login() -> str:
    """The sign-in form."""
    return _page()


@login.post("/console/login")
@open_to_all("the page on which staff sign in")
def post_login() -> BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign in; the cookie carries a token of which only the hash is kept."""
    name, password = request.form.get("login", ""), request.form.get("password", "")
    with read_only(outside().readers) as session:
        tries = Tries(name, accounts.guessed(session, name))
    wait = tries.take()
    if wait:
        return _wait_page(name, wait)
    token = contend(
        outside().sessions, lambda session: accounts.sign_in(session, name, password, clock.machine())
    )
    if token is None:
        tries.note_wrong()
        return _page(name, accounts.refusal().message), 401
    tries.note_right()
    answer = redirect(local_path(request.form.get("next"), HOME, HOME))
    answer.set_cookie(
        STAFF_COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=outside().settings.public_url.startswith("https://"),
    )
    remember(answer, name)
    return answer


@login.post("/console/logout")
@staff_only("home")
def post_logout() -> Response:
    """End this session for good, not only this cookie."""
    contend(
        outside().sessions,
        lambda session: sessions.revoke(session, current_staff().session_id, clock.machine()),
    )
    answer = make_response(redirect("/console/login"))
    answer.delete_cookie(STAFF_COOKIE)
    return answer


def _wait_page(name: str, seconds: int) -> tuple[str, int, dict[str, str]]:
    left = f"{-(-seconds // 60)} 分钟" if seconds > 60 else f"{seconds} 秒"
    words = f"试的次数太多了，请过 {left}再试。忘记密码请找管理员重设。"
    return _page(name, words), 429, {"Retry-After": str(seconds)}


def _page(name: str = "", refusal: str = "") -> str:
    wanted = local_path(request.values.get("next"), HOME, HOME)
    return render_template("console/login.html", login=name, refusal=refusal, next=wanted)
