"""Staff let a patient's plan rest, go on or end, and begin one by hand."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.trail import record_change
from app.core import clock
from app.core.db import contend
from app.core.errors import DomainError
from app.followup import plans
from app.http.doors import outside
from app.http.form_fields import given_request_id
from app.http.staff_auth import staff_actor, staff_only
from app.patients.profiles import find

console = Blueprint("plan_console", __name__, url_prefix="/console/patients/<patient_id>/plan")

Work = Callable[[Session, datetime], object]


@console.post("/begin")
@staff_only("patients.edit")
def begin(patient_id: str) -> Response:
    """Enrol by hand; a plan that runs already on this pathway goes on."""
    actor, code = staff_actor(), request.form.get("pathway", "")
    request_id = given_request_id()

    def work(session: Session, now: datetime) -> None:
        find(session, patient_id)
        plan = plans.enrol(session, patient_id, code, clock.day_of(now), f"staff:{request_id}", now)
        record_change(session, actor, "plan", plan.id, "begin", now, patient_id=patient_id)

    return _do(patient_id, work, "已加入随访计划。")


@console.post("/<plan_id>/pause")
@staff_only("patients.edit")
def pause(patient_id: str, plan_id: str) -> Response:
    """Let it rest."""
    actor = staff_actor()
    return _do(
        patient_id,
        lambda session, now: plans.pause(session, actor, patient_id, plan_id, now),
        "计划已暂停，不再提醒患者。",
    )


@console.post("/<plan_id>/resume")
@staff_only("patients.edit")
def resume(patient_id: str, plan_id: str) -> Response:
    """Go on."""
    actor = staff_actor()
    return _do(
        patient_id,
        lambda session, now: plans.resume(session, actor, patient_id, plan_id, now),
        "计划已恢复。",
    )


@console.post("/<plan_id>/stop")
@staff_only("patients.edit")
def stop(patient_id: str, plan_id: str) -> Response:
    """End it with a reason."""
    actor, reason = staff_actor(), request.form.get("reason", "")
    return _do(
        patient_id,
        lambda session, now: plans.stop(session, actor, patient_id, plan_id, reason, now),
        "计划已停止。",
    )


def _do(patient_id: str, work: Work, said: str) -> Response:
    """Do it and go back to the patient's page, which says how it went."""
    now = clock.now()
    try:
        contend(outside().sessions, lambda session: work(session, now))
        flash(said, "good")
    except DomainError as refused:
        flash(refused.message, "danger")
    return redirect(f"/console/patients/{patient_id}", 303)
