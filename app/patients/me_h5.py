"""A patient's own pages: my cards, my data, my consents, who read my record."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app.audit import reads as trail
from app.audit.words import seen
from app.core import clock
from app.core.db import contend, read_only
from app.http.doors import outside
from app.http.local_paths import local_path
from app.http.patient_auth import (
    LARGE_TYPE_COOKIE,
    identity_page,
    patient_actor,
    patient_id,
    patient_page,
    visitor,
)
from app.patients import consents, reads
from app.patients.consent_texts import HEALTH_DATA, consent_texts
from app.patients.profiles import set_large_type
from app.staff.reads import people

pages = Blueprint("me", __name__, url_prefix="/h5")

A_YEAR = 365 * 24 * 3600

_AGREED = "已同意，记下了。"
_WITHDRAWN = {HEALTH_DATA: "已撤回。不再收集您新的健康信息，随访和提醒都停了。"}
"""{purpose: what is said when it was taken back}; the others only end their own messages."""


@pages.get("/card")
@patient_page
def my_cards() -> str:
    """My service cards; `new` names one that was activated just now."""
    with read_only(outside().readers) as session:
        cards = reads.cards_of(session, patient_id())
    fresh = next((card for card in cards if card.id == request.args.get("new")), None)
    return render_template("h5/cards.html", cards=cards, fresh=fresh)


@pages.get("/me")
@patient_page
def me() -> str:
    """My data, masked, my consents and my team."""
    with read_only(outside().readers) as session:
        summary = reads.summary(session, patient_id(), clock.day_of(clock.now()))
        held = consents.active(session, patient_id())
        taken_back = consents.withdrawn(session, patient_id())
    return render_template("h5/me.html", me=summary, texts=consent_texts(), held=held, taken_back=taken_back)


@pages.post("/me/consents/<purpose>")
@patient_page
def change_consent(purpose: str) -> Response:
    """Agree to a purpose (with the version read), or withdraw it."""
    now, version = clock.now(), request.form.get("version", "")
    agrees = request.form.get("agree") == "yes"
    if agrees:
        contend(
            outside().sessions,
            lambda session: consents.give(session, patient_actor(), patient_id(), purpose, version, now),
        )
    else:
        contend(
            outside().sessions,
            lambda session: consents.withdraw(session, patient_actor(), patient_id(), purpose, now),
        )
    flash(_AGREED if agrees else _WITHDRAWN.get(purpose, "已撤回，不再给您发这类消息。"), "good")
    return redirect("/h5/me#consents")


@pages.get("/me/readers")
@patient_page
def readers() -> str:
    """Who of the hospital read my record, and when."""
    with read_only(outside().readers) as session:
        page = trail.accesses(
            session,
            patient_id=patient_id(),
            actor_kind="staff",
            after=request.args.get("after"),
            limit=30,
        )
        who = people(session, [row.actor_id for row in page.items])
    rows = [(row.at, who.get(row.actor_id, "工作人员"), seen(row.what)) for row in page.items]
    return render_template("h5/readers.html", rows=rows, next=page.next_cursor)


@pages.post("/large-type")
@identity_page
def switch_type() -> Response:
    """Large or standard type, remembered for the person, or in the browser before there is one."""
    on = request.form.get("on") == "yes"
    known = visitor().patient_id
    if known:
        contend(outside().sessions, lambda session: set_large_type(session, known, on))
    answer = redirect(local_path(request.form.get("back"), "/h5", "/h5"))
    answer.set_cookie(
        LARGE_TYPE_COOKIE, "yes" if on else "no", max_age=A_YEAR, path="/h5", httponly=True, samesite="Lax"
    )
    return answer
