"""My own account: who I am here, and binding my WeChat so that alerts and test messages find me."""

from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.http.doors import outside
from app.http.polling import unless_unchanged
from app.http.qr import qr_svg
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.staff.binding import GOOD_FOR, openid_of, scene_of, unbind
from app.wechat.client import WeChatError

me = Blueprint("me_console", __name__, url_prefix="/console/me")


@me.get("")
@staff_only("home")
def show() -> str:
    """My account; whether a WeChat is bound."""
    return _page()


@me.post("/wechat-code")
@staff_only("home")
def wechat_code() -> str | tuple[str, int]:
    """A QR to scan with one's own WeChat; the page sees by itself when it was scanned."""
    scene = scene_of(current_staff().id, outside().settings.secret_key, clock.now())
    try:
        text = outside().wechat.create_passing_qr(scene, GOOD_FOR)
    except WeChatError:
        return _page(problem="微信暂时没有给出二维码，请过一分钟再试。"), 503
    return _page(qr_svg(text, "绑定我的微信"))


@me.get("/wechat")
@staff_only("home")
def wechat() -> Response:
    """Whether a WeChat is bound, for the poll while the QR is shown."""
    return unless_unchanged("console/me_wechat.html", clock.now(), bound=_bound())


@me.post("/wechat/release")
@staff_only("home")
def release() -> Response:
    """A phone was lost or given away: nothing is sent there any more."""
    contend(
        outside().sessions, lambda session: unbind(session, staff_actor(), current_staff().id, clock.now())
    )
    return redirect(url_for("me_console.show"))


def _bound() -> bool:
    with read_only(outside().readers) as session:
        return openid_of(session, current_staff().id) is not None


def _page(qr: Markup | None = None, problem: str = "") -> str:
    return render_template("console/me.html", bound=_bound(), qr=qr, problem=problem)
