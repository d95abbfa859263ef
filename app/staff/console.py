"""Administrators' pages of accounts: make one, end one, set a new password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Invalid
from app.http.doors import outside
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.staff import accounts, reads
from app.staff.rules.new_passwords import SHORTEST_PASSWORD
from app.staff.rules.permissions import ROLES

console = Blueprint("staff_console", __name__, url_prefix="/console/staff")


@console.get("")
@staff_only("staff.manage")
def overview() -> str:
    """Everybody, and the form for a new account."""
    return _overview()


@console.post("")
@staff_only("staff.manage")
def create() -> Response | tuple[str, int]:
    """Make an account; the form comes back as it was typed, but for the password."""
    form, now = request.form, clock.now()
    try:
        account = contend(
            outside().sessions,
            lambda session: accounts.create(
                session,
                staff_actor(),
                form.get("login", ""),
                form.get("name", ""),
                form.get("role", ""),
                form.get("password", ""),
                now,
            ),
        )
    except (Invalid, Conflict) as wrong:
        return _overview({wrong.field or "login": wrong.message}), 422
    flash(f"已新建 {account.name} 的账号。请当面告诉本人登录名和密码。", "good")
    return redirect(url_for("staff_console.overview"))


@console.post("/<account_id>/deactivate")
@staff_only("staff.manage")
def deactivate(account_id: str) -> Response:
    """End an account and everything it is signed in to."""
    account = contend(
        outside().sessions,
        lambda session: accounts.deactivate(session, staff_actor(), account_id, clock.machine()),
    )
    flash(f"{account.name} 的账号已停用，已登录的地方都退出了。", "good")
    return redirect(url_for("staff_console.overview"))


@console.post("/<account_id>/reactivate")
@staff_only("staff.manage")
def reactivate(account_id: str) -> Response:
    """Let an ended account sign in again."""
    account = contend(
        outside().sessions,
        lambda session: accounts.reactivate(session, staff_actor(), account_id, clock.now()),
    )
    flash(f"{account.name} 的账号已恢复。", "good")
    return redirect(url_for("staff_console.overview"))


@console.get("/<account_id>/password")
@staff_only("staff.manage")
def show_password(account_id: str) -> str:
    """The form for a new password."""
    return _password_page(account_id)


@console.post("/<account_id>/password")
@staff_only("staff.manage")
def post_password(account_id: str) -> Response | tuple[str, int]:
    """Set a new password; the account's sessions end."""
    try:
        account = contend(
            outside().sessions,
            lambda session: accounts.reset_password(
                session, staff_actor(), account_id, request.form.get("password", ""), clock.machine()
            ),
        )
    except Invalid as wrong:
        return _password_page(account_id, {"password": wrong.message}), 422
    flash(f"{account.name} 的密码已重设，已登录的地方都退出了。", "good")
    return redirect(url_for("staff_console.overview"))


def _overview(errors: dict[str, str] | None = None) -> str:
    with read_only(outside().readers) as session:
        everybody = reads.everybody(session)
    return render_template(
        "staff/accounts.html",
        accounts=everybody,
        me=current_staff().id,
        roles=ROLES,
        shortest=SHORTEST_PASSWORD,
        form=request.form if errors else {},
        errors=errors or {},
    )


def _password_page(account_id: str, errors: dict[str, str] | None = None) -> str:
    with read_only(outside().readers) as session:
        account = accounts.find(session, account_id)
    return render_template(
        "staff/password.html", account=account, shortest=SHORTEST_PASSWORD, errors=errors or {}
    )
