"""Staff set and take away a patient's tags, on the patient's page."""

from flask import Blueprint, render_template, request

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Invalid
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.patients.profiles import find
from app.risk.tagging import add_tag, remove_tag, tags_of

console = Blueprint("tags_console", __name__, url_prefix="/console/patients/<patient_id>/tags")


@console.post("")
@staff_only("patients.edit")
def add(patient_id: str) -> str | tuple[str, int]:
    """Set a tag, with why; the line of tags comes back."""
    name, why, now = request.form.get("tag", ""), request.form.get("why", ""), clock.now()
    try:
        contend(
            outside().sessions,
            lambda session: add_tag(session, staff_actor(), find(session, patient_id).id, name, why, now),
        )
    except Invalid as refused:
        return _line(patient_id, refused.message, refused.field or "tag", name, why), 422
    return _line(patient_id)


@console.post("/remove")
@staff_only("patients.edit")
def remove(patient_id: str) -> str:
    """Take a tag away; a rule sets its own again when the facts still say so."""
    name, now = request.form.get("tag", ""), clock.now()
    contend(
        outside().sessions,
        lambda session: remove_tag(session, staff_actor(), find(session, patient_id).id, name, now),
    )
    return _line(patient_id)


def _line(patient_id: str, problem: str = "", wrong: str = "", name: str = "", why: str = "") -> str:
    with read_only(outside().readers) as session:
        tags = tags_of(session, patient_id, clock.now())
    return render_template(
        "risk/tags.html", patient_id=patient_id, tags=tags, problem=problem, wrong=wrong, name=name, why=why
    )
