"""Staff pages: the alerts by urgency, live; one alert, taken and resolved."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.alerts import alarm, reads
from app.audit.trail import record_read
from app.core import clock
from app.core.db import read_only, transaction
from app.core.errors import DomainError
from app.core.masks import show_phone
from app.http.doors import outside
from app.http.local_paths import local_path
from app.http.polling import unless_unchanged
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.patients.profiles import find as find_patient

console = Blueprint("alerts_console", __name__, url_prefix="/console/alerts")


@console.get("")
@staff_only("alerts.work")
def listed() -> str:
    """Everything not resolved, the gravest first; the list renews itself."""
    now = clock.now()
    with read_only(outside().readers) as session:
        return render_template("alerts/list.html", now=now, **_list(session, now))


@console.get("/rows")
@staff_only("alerts.work")
def rows() -> Response:
    """The list alone, for the poll; 304 when nothing has happened."""
    now = clock.now()
    with read_only(outside().readers) as session:
        return unless_unchanged("alerts/rows.html", now, **_list(session, now))


@console.get("/badge")
@staff_only("alerts.work")
def badge() -> Response:
    """The count in the top bar of every page."""
    with read_only(outside().readers) as session:
        return unless_unchanged("alerts/badge.html", clock.now(), counts=reads.counts(session))


@console.get("/<alert_id>")
@staff_only("alerts.work")
def show(alert_id: str) -> str:
    """One alert: which value met which rule, what has happened, what to do."""
    return _alert(alert_id)


@console.post("/<alert_id>/acknowledge")
@staff_only("alerts.work")
def acknowledge(alert_id: str) -> Response | tuple[str, int]:
    """Take it over."""
    try:
        with transaction(outside().sessions) as session:
            alarm.acknowledge(session, staff_actor(), alert_id, clock.now())
    except DomainError as problem:
        return _alert(alert_id, problem), 409
    return redirect(
        local_path(request.form.get("back"), "/console", url_for("alerts_console.show", alert_id=alert_id))
    )


@console.post("/<alert_id>/resolve")
@staff_only("alerts.work")
def resolve(alert_id: str) -> Response | tuple[str, int]:
    """Close it with what came of it."""
    try:
        with transaction(outside().sessions) as session:
            alarm.resolve(session, staff_actor(), alert_id, request.form.get("outcome", ""), clock.now())
    except DomainError as problem:
        return _alert(alert_id, problem), 422
    return redirect(url_for("alerts_console.show", alert_id=alert_id))


def _alert(alert_id: str, problem: DomainError | None = None) -> str:
    now = clock.now()
    with transaction(outside().sessions) as session:
        row = reads.alert_row(session, alert_id, now)
        record_read(session, staff_actor(), row.alert.patient_id, "alert", now)
        return render_template(
            "alerts/show.html",
            row=row,
            phone=show_phone(find_patient(session, row.alert.patient_id).phone),
            steps=reads.steps_of(session, alert_id),
            problem=problem,
            mine=row.alert.acknowledged_by == current_staff().id,
        )


def _list(session: Session, now: datetime) -> dict[str, Any]:
    return {"rows": reads.open_alerts(session, now), "counts": reads.counts(session)}
