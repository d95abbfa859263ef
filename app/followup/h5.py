"""The patient's plan: what comes when and why, who will ask or call, and how to stop."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.trail import Actor
from app.core import clock
from app.core.db import contend, read_only
from app.followup import plans, reads
from app.followup.tables import Plan
from app.http.doors import outside
from app.http.patient_auth import patient_actor, patient_id, patient_page
from app.patients import consents
from app.patients.consent_texts import REMINDERS

pages = Blueprint("plan_h5", __name__, url_prefix="/h5/plan")

REASONS = [(reason, reason) for reason in ("现在不需要了", "提醒太多", "换到别的医院看了", "不想在微信上填")]


@pages.get("")
@patient_page
def show() -> str:
    """The plan as it stands."""
    return _page()


@pages.post("/<plan_id>/stop")
@patient_page
def stop(plan_id: str) -> Response:
    """End it, with or without a reason; `also` stops every reminder. Tapped twice it ends once."""
    reason = request.form.get("other", "").strip() or request.form.get("reason", "")
    also = request.form.get("also") == REMINDERS
    here, actor, now = patient_id(), patient_actor(), clock.now()

    def end(session: Session) -> None:
        plans.stop(session, actor, here, plan_id, reason, now)
        if also:
            consents.withdraw(session, actor, here, REMINDERS, now)

    contend(outside().sessions, end)
    return redirect("/h5/plan", 303)


@pages.post("/<plan_id>/pause")
@patient_page
def pause(plan_id: str) -> Response:
    """Let it rest for a while."""
    return _change(plans.pause, plan_id)


@pages.post("/<plan_id>/resume")
@patient_page
def resume(plan_id: str) -> Response:
    """Go on."""
    return _change(plans.resume, plan_id)


def _change(change: Callable[[Session, Actor, str, str, datetime], Plan], plan_id: str) -> Response:
    here, actor, now = patient_id(), patient_actor(), clock.now()
    contend(outside().sessions, lambda session: change(session, actor, here, plan_id, now))
    return redirect("/h5/plan", 303)


def _page() -> str:
    with read_only(outside().readers) as session:
        view = reads.plan_of(session, patient_id())
        reminded = REMINDERS in consents.active(session, patient_id())
    return render_template(
        "h5/plan.html", view=view, reasons=REASONS, reminded=reminded, also=REMINDERS, now=clock.now()
    )
