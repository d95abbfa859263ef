"""Staff's page of a patient's health archive: read it, add and end lines, declare it complete."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.audit.trail import record_read
from app.core import clock
from app.core.db import contend, transaction
from app.core.errors import Conflict, Invalid
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.patients import reads
from app.records import history
from app.records.history_reads import archive
from app.records.rules.archive import COMMON_DIAGNOSES, KINDS

console = Blueprint("archive_console", __name__, url_prefix="/console/patients/<patient_id>/archive")


@console.get("")
@staff_only("patients.read")
def show(patient_id: str) -> str:
    """The archive."""
    return _page(patient_id)


@console.post("")
@staff_only("patients.edit")
def add(patient_id: str) -> Response | tuple[str, int]:
    """Add a line; what is wrong is told beside the field and nothing typed is lost."""
    form = request.form
    try:
        contend(
            outside().sessions,
            lambda session: history.add(
                session,
                staff_actor(),
                patient_id,
                form.get("kind", ""),
                form.get("text", ""),
                form.get("icd10", ""),
                clock.now(),
            ),
        )
    except Invalid as wrong:
        return _page(patient_id, {wrong.field or "text": wrong.message}), 422
    return redirect(url_for("archive_console.show", patient_id=patient_id))


@console.post("/<entry_id>/end")
@staff_only("patients.edit")
def end(patient_id: str, entry_id: str) -> Response:
    """A line no longer holds."""
    contend(
        outside().sessions,
        lambda session: history.end(session, staff_actor(), patient_id, entry_id, clock.now()),
    )
    return redirect(url_for("archive_console.show", patient_id=patient_id))


@console.post("/complete")
@staff_only("patients.edit")
def complete(patient_id: str) -> Response | tuple[str, int]:
    """Declare the archive complete, or hear what is missing."""
    try:
        contend(
            outside().sessions,
            lambda session: history.complete(session, staff_actor(), patient_id, clock.now()),
        )
    except Conflict as refused:
        return _page(patient_id, {"text": refused.message}), 409
    flash("健康档案已完成。", "good")
    return redirect(url_for("archive_console.show", patient_id=patient_id))


def _page(patient_id: str, errors: dict[str, str] | None = None) -> str:
    now = clock.now()
    with transaction(outside().sessions) as session:
        summary = reads.summary(session, patient_id, clock.day_of(now))
        shown = archive(session, patient_id)
        record_read(session, staff_actor(), patient_id, "archive", now)
    return render_template(
        "records/archive.html",
        patient=summary,
        archive=shown,
        kinds=list(KINDS.items()),
        common=COMMON_DIAGNOSES,
        form=request.form,
        errors=errors or {},
    )
