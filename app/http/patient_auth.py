"""A patient by bearer token (mini-program) or cookie (patient pages)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import quote

from flask import g, redirect, request

from app.audit.trail import Actor
from app.core import clock
from app.core.db import rows_only
from app.core.errors import NotFound, Unauthenticated
from app.http.access import View, mark
from app.http.doors import outside, request_id
from app.patients.sessions import Visitor, who_is

PATIENT_COOKIE = "suihu_patient"
LARGE_TYPE_COOKIE = "suihu_large"


def patient_api(view: View) -> View:
    """API: a valid token whose owner has activated a card. 401 without, 404 before activation."""
    return _guard(view, "patient", _from_header, page=False, activated=True)


def identity_api(view: View) -> View:
    """API: a valid token; the person may not have activated a card yet."""
    return _guard(view, "identity", _from_header, page=False, activated=False)


def patient_page(view: View) -> View:
    """Page: signs in through WeChat when needed, then sends those without a card to activation."""
    return _guard(view, "patient", _from_cookie, page=True, activated=True)


def identity_page(view: View) -> View:
    """Page: signs in through WeChat when needed."""
    return _guard(view, "identity", _from_cookie, page=True, activated=False)


def visitor() -> Visitor:
    """Who is here; only inside a guarded view."""
    return cast(Visitor, g.visitor)


def visitor_reads_large() -> bool:
    """The size of type that was chosen in this browser, before there was a person to remember it for."""
    return request.cookies.get(LARGE_TYPE_COOKIE) == "yes"


def page_visitor() -> Visitor | None:
    """Whose live session of the patient pages this browser holds; for views that need none."""
    g.visitor = _find(_from_cookie(), "page")
    return cast(Visitor | None, g.visitor)


def patient_id() -> str:
    """The patient who is here; only inside `patient_api` and `patient_page` views."""
    found = visitor().patient_id
    if found is None:
        raise NotFound("请先开卡。", code="no_card")
    return found


def patient_actor() -> Actor:
    """The person here, for the audit trail."""
    return Actor("patient", visitor().patient_id or visitor().identity_id, request_id())


def _guard(view: View, rule: str, token_of: Callable[[], str | None], *, page: bool, activated: bool) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.visitor = _find(token_of(), "page" if page else "api")
        if g.visitor is None:
            if page:
                # Only a page can be come back to, not a deed.
                wanted = request.full_path.rstrip("?") if request.method == "GET" else "/h5"
                return redirect(f"/h5/login?next={quote(wanted)}")
            raise Unauthenticated("登录已过期，请重新打开小程序。", code="session_expired")
        if activated and g.visitor.patient_id is None:
            if page:
                return redirect("/h5/activate")
            raise NotFound("请先开卡。", code="no_card")
        return view(*args, **kwargs)

    return cast(View, mark(guarded, rule))


def _find(token: str | None, kind: str) -> Visitor | None:
    if not token:
        return None
    with rows_only(outside().readers) as rows:
        return who_is(rows, token, kind, clock.machine())


def _from_header() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _from_cookie() -> str | None:
    return request.cookies.get(PATIENT_COOKIE)
