"""Staff pages: the alerts by urgency, live; one alert, taken and resolved."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.alerts import handling, reads
from app.alerts.tables import Alert
from app.audit.trail import record_read
from app.conversations.reads import of_identity, of_patient
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import DomainError
from app.http.doors import outside
from app.http.errors import status_of
from app.http.local_paths import local_path
from app.http.numbered import asked_sheet
from app.http.polling import unless_unchanged
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.http.trail import note_shown
from app.patients.reads import summary
from app.staff.reads import working
from app.staff.rota import all_on_duty

console = Blueprint("alerts_console", __name__, url_prefix="/console/alerts")


@console.get("")
@staff_only("alerts.work")
def listed() -> str:
    """Everything not resolved, the gravest first; the list renews itself."""
    now = clock.now()
    with read_only(outside().readers) as session:
        shown = _list(session, now)
    note_shown(reads.dangers_shown(shown["rows"]), "alert_list", now)
    return render_template("alerts/list.html", now=now, **shown)


@console.get("/rows")
@staff_only("alerts.work")
def rows() -> Response:
    """The list alone, for the poll; 304 when nothing has happened."""
    now = clock.now()
    with read_only(outside().readers) as session:
        shown = _list(session, now)
    answer = unless_unchanged("alerts/rows.html", now, **shown)
    if answer.status_code != 304:
        note_shown(reads.dangers_shown(shown["rows"]), "alert_list", now)
    return answer


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
        contend(
            outside().sessions,
            lambda session: handling.acknowledge(session, staff_actor(), alert_id, clock.now()),
        )
    except DomainError as problem:
        return _alert(alert_id, problem), status_of(problem)
    return redirect(
        local_path(request.form.get("back"), "/console", url_for("alerts_console.show", alert_id=alert_id))
    )


@console.post("/<alert_id>/note")
@staff_only("alerts.work")
def note(alert_id: str) -> Response | tuple[str, int]:
    """Write down what was done so far."""
    try:
        contend(
            outside().sessions,
            lambda session: handling.note_done(
                session, staff_actor(), alert_id, request.form.get("note", ""), clock.now()
            ),
        )
    except DomainError as problem:
        return _alert(alert_id, problem), status_of(problem)
    return redirect(url_for("alerts_console.show", alert_id=alert_id))


@console.post("/<alert_id>/hand-over")
@staff_only("alerts.work")
def hand_over(alert_id: str) -> Response | tuple[str, int]:
    """Give it to a doctor."""
    doctor_id, why = request.form.get("doctor_id", ""), request.form.get("why", "")
    holder_id = request.form.get("holder") or None
    try:
        contend(
            outside().sessions,
            lambda session: handling.hand_over(
                session, staff_actor(), alert_id, doctor_id, why, clock.now(), holder_id=holder_id
            ),
        )
    except DomainError as problem:
        return _alert(alert_id, problem), status_of(problem)
    return redirect(url_for("alerts_console.show", alert_id=alert_id))


@console.post("/<alert_id>/resolve")
@staff_only("alerts.work")
def resolve(alert_id: str) -> Response | tuple[str, int]:
    """Close it with what came of it, unless something was told after the page was drawn."""
    outcome, seen = request.form.get("outcome", ""), request.form.get("seen", 0, type=int)
    try:
        contend(
            outside().sessions,
            lambda session: handling.resolve(
                session, staff_actor(), alert_id, outcome, clock.now(), seen=seen
            ),
        )
    except DomainError as problem:
        return _alert(alert_id, problem), status_of(problem)
    return redirect(url_for("alerts_console.show", alert_id=alert_id))


def _alert(alert_id: str, problem: DomainError | None = None) -> str:
    now = clock.now()
    with transaction(outside().sessions) as session:
        # Before the alert: what is told in between counts as not seen.
        causes = reads.causes(session, alert_id)
        row = reads.alert_row(session, alert_id, now)
        patient_id = row.alert.patient_id
        patient = summary(session, patient_id, clock.day_of(now)) if patient_id else None
        if patient is not None:
            record_read(session, staff_actor(), patient.id, "alert", now)
        return render_template(
            "alerts/show.html",
            row=row,
            patient=patient,
            causes=causes,
            quotes=reads.quotes(causes),
            history=reads.history_of(session, alert_id),
            before=reads.before(session, row.alert, now),
            talk_id=_talk(session, row.alert),
            doctors=_doctors(session, patient.doctor_id if patient else None),
            form=request.form,
            problem=problem,
            now=now,
        )


def _talk(session: Session, alert: Alert) -> str | None:
    if alert.patient_id is not None:
        return of_patient(session, alert.patient_id)
    return of_identity(session, alert.identity_id) if alert.identity_id else None


def _doctors(session: Session, own: str | None) -> list[tuple[str, str]]:
    """[(id, name and what speaks for them)] of those who can take it: the patient's own, then who is here."""
    here = {each.id for each in all_on_duty(session, clock.now())}
    doctors = [each for each in working(session, "doctor") if each.id != current_staff().id]
    doctors.sort(key=lambda each: (each.id != own, each.id not in here))
    return [(each.id, each.name + _speaks_for(each.id, own, here)) for each in doctors]


def _speaks_for(doctor_id: str, own: str | None, here: set[str]) -> str:
    said = ["责任医生"] * (doctor_id == own) + ["正在值班"] * (doctor_id in here)
    return f"（{'，'.join(said)}）" if said else ""


def _list(session: Session, now: datetime) -> dict[str, Any]:
    counts = reads.counts(session)
    page = asked_sheet(counts.unresolved)
    return {"rows": reads.open_alerts(session, now, skip=page.skip), "counts": counts, "page": page}
