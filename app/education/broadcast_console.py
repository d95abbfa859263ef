"""Staff pages of broadcasts: draft, test on one's own phone, have it approved, see its numbers."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import DomainError
from app.education import articles, broadcasts, reads
from app.education.audience import audience_of
from app.education.placing import show_on_phone
from app.education.rules.audience import REASONS
from app.http.doors import outside
from app.http.errors import status_of
from app.http.form_fields import given_number, given_request_id
from app.http.polling import unless_unchanged
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.staff.binding import openid_of
from app.staff.rules.permissions import may

console = Blueprint("broadcast_console", __name__, url_prefix="/console/education/broadcasts")

STOP_POLLING = 286
"""htmx draws the part and asks no more: https://htmx.org/docs/#polling"""


@console.post("")
@staff_only("education.write")
def draft() -> Response:
    """Draft a broadcast of an article to a tag."""
    form, now = request.form, clock.now()
    request_id = given_request_id()
    broadcast = contend(
        outside().sessions,
        lambda session: broadcasts.draft(
            session, staff_actor(), form.get("article_id", ""), form.get("tag", ""), request_id, now
        ),
    )
    return _to_page(broadcast.id)


@console.get("/<broadcast_id>")
@staff_only("education.write")
def show(broadcast_id: str) -> str:
    """Whom it reaches, what is still to do, and its numbers."""
    return _page(broadcast_id)


@console.get("/<broadcast_id>/progress")
@staff_only("education.write")
def progress(broadcast_id: str) -> Response:
    """The part that changes by itself while it is under way, for the poll."""
    with read_only(outside().readers) as session:
        view = reads.one(session, broadcast_id)
        answer = unless_unchanged("education/progress.html", clock.now(), view=view, reasons=REASONS)
    if not view.under_way and answer.status_code == 200:
        answer.status_code = STOP_POLLING
    return answer


@console.post("/<broadcast_id>/test")
@staff_only("education.write")
def test(broadcast_id: str) -> Response | tuple[str, int]:
    """Send the article to one's own phone; WeChat is asked before the row is written."""
    try:
        with read_only(outside().readers) as session:
            broadcast = broadcasts.to_test(session, broadcast_id)
            article = articles.newest(session, broadcast.article_id)
            openid = openid_of(session, current_staff().id)
        standing = broadcast.wechat_media_id if broadcast.tested_version == article.version else None
        media_id = show_on_phone(outside().wechat, article, openid, standing, outside().settings.public_url)
        contend(
            outside().sessions,
            lambda session: broadcasts.note_test(
                session, staff_actor(), broadcast_id, article.version, media_id, clock.now()
            ),
        )
    except DomainError as problem:
        return _page(broadcast_id, problem), status_of(problem)
    return _to_page(broadcast_id)


@console.post("/<broadcast_id>/approve")
@staff_only("education.approve")
def approve(broadcast_id: str) -> Response | tuple[str, int]:
    """A second person lets the version that the page showed go."""
    version = given_number("version")
    try:
        contend(
            outside().sessions,
            lambda session: broadcasts.approve(session, staff_actor(), broadcast_id, version, clock.now()),
        )
    except DomainError as problem:
        return _page(broadcast_id, problem), status_of(problem)
    return _to_page(broadcast_id)


@console.post("/<broadcast_id>/cancel")
@staff_only("education.write")
def cancel(broadcast_id: str) -> Response | tuple[str, int]:
    """Stop it before it goes."""
    try:
        contend(
            outside().sessions,
            lambda session: broadcasts.cancel(session, staff_actor(), broadcast_id, clock.now()),
        )
    except DomainError as problem:
        return _page(broadcast_id, problem), status_of(problem)
    return _to_page(broadcast_id)


def _page(broadcast_id: str, problem: DomainError | None = None) -> str:
    me = current_staff()
    with read_only(outside().readers) as session:
        view = reads.one(session, broadcast_id)
        audience = audience_of(session, view.broadcast.tag, clock.now())
        newest = articles.newest(session, view.article.id)
        bound = openid_of(session, me.id) is not None
    mine = me.id in (view.broadcast.created_by, newest.author_id)
    return render_template(
        "education/broadcast.html",
        view=view,
        newest=newest,
        audience=audience,
        reasons=REASONS,
        problem=problem,
        bound=bound,
        mine=mine,
        may_approve=may(me.role, "education.approve") and not mine,
    )


def _to_page(broadcast_id: str) -> Response:
    return redirect(url_for("broadcast_console.show", broadcast_id=broadcast_id))
