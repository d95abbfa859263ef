"""Staff's pages of patients: find them, correct their record, give them a doctor and a nurse, see a phone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.audit.trail import record_read
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, Invalid
from app.core.masks import show_phone
from app.http.doors import outside
from app.http.local_paths import local_path
from app.http.staff_auth import staff_actor, staff_only
from app.patients import profiles, reads
from app.patients.corrections import Correction, correct
from app.staff.reads import working

console = Blueprint("patients_console", __name__, url_prefix="/console/patients")

PAGE = 25
PHONE_SHOWN_SECONDS = 30


@console.get("")
@console.post("")
@staff_only("patients.find")
def find() -> str:
    """The list, and the search box. What is looked for is posted: an address would keep it in logs."""
    text = request.form.get("q", "").strip()
    with read_only(outside().readers) as session:
        page = reads.listed(session, text, request.form.get("after"), PAGE, clock.day_of(clock.now()))
    return render_template("patients/list.html", patients=page.items, next=page.next_cursor, q=text)


@console.get("/<patient_id>/profile")
@staff_only("patients.edit")
def show_profile(patient_id: str) -> str:
    """The form with which a record is corrected, and the team."""
    return _profile(patient_id)


@console.post("/<patient_id>/profile")
@staff_only("patients.edit")
def post_profile(patient_id: str) -> Response | tuple[str, int]:
    """Correct the record; what is wrong is told beside the field and nothing typed is lost."""
    form, now = request.form, clock.now()
    wanted = Correction(
        name=form.get("name", ""),
        status=form.get("status", ""),
        phone=form.get("phone", ""),
        id_number=form.get("id_number", ""),
        address=form.get("address", ""),
    )
    try:
        changed = contend(
            outside().sessions,
            lambda session: correct(session, staff_actor(), patient_id, wanted, clock.day_of(now), now),
        )
    except (Invalid, Conflict) as wrong:
        return _profile(patient_id, {wrong.field or "name": wrong.message}), 422
    flash("已保存。" if changed else "没有要改的内容。", "good")
    return redirect(url_for("patients_console.show_profile", patient_id=patient_id))


@console.post("/<patient_id>/doctor")
@staff_only("patients.edit")
def assign_doctor(patient_id: str) -> Response:
    """Give the patient a responsible doctor."""
    contend(
        outside().sessions,
        lambda session: profiles.assign_doctor(
            session, staff_actor(), patient_id, request.form.get("doctor_id", ""), clock.now()
        ),
    )
    flash("已指定责任医生。", "good")
    return _back(patient_id)


@console.post("/<patient_id>/nurse")
@staff_only("patients.edit")
def assign_nurse(patient_id: str) -> Response:
    """Give the patient a responsible nurse."""
    contend(
        outside().sessions,
        lambda session: profiles.assign_nurse(
            session, staff_actor(), patient_id, request.form.get("nurse_id", ""), clock.now()
        ),
    )
    flash("已指定责任护士。", "good")
    return _back(patient_id)


@console.post("/<patient_id>/phone")
@staff_only("patients.reveal")
def reveal_phone(patient_id: str) -> str:
    """The whole number for half a minute; that it was seen is noted."""
    with transaction(outside().sessions) as session:
        patient = profiles.find(session, patient_id)
        record_read(session, staff_actor(), patient_id, "phone_revealed", clock.now())
        phone = patient.phone
    return render_template(
        "patients/phone_shown.html", patient_id=patient_id, phone=phone, seconds=PHONE_SHOWN_SECONDS
    )


@console.get("/<patient_id>/phone")
@staff_only("patients.find")
def masked_phone(patient_id: str) -> str:
    """The number masked again."""
    with read_only(outside().readers) as session:
        phone = show_phone(profiles.find(session, patient_id).phone)
    return render_template("patients/phone_masked.html", patient_id=patient_id, phone=phone)


def _back(patient_id: str) -> Response:
    """Where the form stood: the patient page, or the profile."""
    profile = url_for("patients_console.show_profile", patient_id=patient_id)
    return redirect(local_path(request.form.get("back"), "/console", profile))


def _profile(patient_id: str, errors: dict[str, str] | None = None) -> str:
    now = clock.now()
    with transaction(outside().sessions) as session:
        summary = reads.summary(session, patient_id, clock.day_of(now))
        doctors, nurses = working(session, "doctor"), working(session, "nurse")
        record_read(session, staff_actor(), patient_id, "profile", now)
    return render_template(
        "patients/profile.html",
        patient=summary,
        doctors=[(account.id, account.name) for account in doctors],
        nurses=[(account.id, account.name) for account in nurses],
        statuses=list(profiles.STATUSES.items()),
        form=request.form if errors else {},
        errors=errors or {},
    )
