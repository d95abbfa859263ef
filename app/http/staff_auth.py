"""A member of staff by the session cookie, and whether their role may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import quote

from flask import g, redirect, request

from app.audit.trail import Actor
from app.core import clock
from app.core.db import read_only, transaction
from app.core.errors import Forbidden
from app.http.access import View, mark
from app.http.doors import outside, request_id
from app.staff.rules.permissions import may
from app.staff.sessions import NOTE_SEEN_EVERY, SignedIn, note_seen, who_is

STAFF_COOKIE = "suihu_staff"


def staff_only(permission: str) -> Callable[[View], View]:
    """Only for staff whose role has the permission; others are asked to sign in, or told no (403)."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            staff = _find()
            if staff is None:
                if request.headers.get("HX-Request"):
                    return "", 401, {"HX-Redirect": "/console/login"}
                # Only a page can be come back to, not a deed.
                wanted = request.full_path.rstrip("?") if request.method == "GET" else "/console"
                return redirect(f"/console/login?next={quote(wanted)}")
            if not may(staff.role, permission):
                raise Forbidden("这项操作不在您的权限内，请联系管理员。", code="no_permission")
            return view(*args, **kwargs)

        return cast(View, mark(guarded, f"staff:{permission}"))

    return wrap


def current_staff() -> SignedIn:
    """Who is signed in; only inside a `staff_only` view."""
    return cast(SignedIn, g.staff)


def staff_actor() -> Actor:
    """The signed-in person, for the audit trail."""
    return Actor("staff", current_staff().id, request_id())


def _find() -> SignedIn | None:
    token = request.cookies.get(STAFF_COOKIE)
    if not token:
        return None
    moment = clock.machine()
    with read_only(outside().readers) as session:
        g.staff = who_is(session, token, moment)
    if g.staff is not None and moment - g.staff.seen_at >= NOTE_SEEN_EVERY:
        with transaction(outside().sessions) as session:
            note_seen(session, g.staff.session_id, moment)
    return cast(SignedIn | None, g.staff)
