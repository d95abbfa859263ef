"""Regimens as staff enter and stop them, with how well they are taken."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.trail import record_read
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.typed import day_typed
from app.http.doors import body_as, outside
from app.http.errors import status_of
from app.http.request_ids import RequestId
from app.http.staff_auth import staff_actor, staff_only
from app.medication import reads, regimens
from app.medication.regimens import Prescription
from app.medication.reminded import reminded_of
from app.medication.rules.doses import FREQUENCIES, REVIEW_STATE
from app.patients import reads as patients

console = Blueprint("medication_console", __name__, url_prefix="/console/medication")


LONGEST = 4000
"""Characters that are read at all; how many fit is said by the use case, beside what was typed."""


class Entered(BaseModel):
    """The regimen form."""

    drug: str = Field("", max_length=LONGEST)
    dose: str = Field("", max_length=LONGEST)
    frequency: str = Field("qd", max_length=8)
    start_on: str = Field("", max_length=32)
    end_on: str = Field("", max_length=32)
    note: str = Field("", max_length=LONGEST)
    request_id: RequestId

    def prescription(self, times: Sequence[str]) -> Prescription:
        """As the use case takes it. Raises Invalid (start_on, end_on) for a day that is no date."""
        return Prescription(
            self.drug,
            self.dose,
            self.frequency,
            _day(self.start_on, "start_on", "开始日期"),
            tuple(times),
            _day(self.end_on, "end_on", "结束日期") if self.end_on else None,
            self.note,
        )


def _day(text: str, field: str, name: str) -> date:
    try:
        return day_typed(text)
    except ValueError:
        raise Invalid(f"{name}请写成 2026-03-31 这样。", code=field, field=field) from None


class Stopped(BaseModel):
    """Why a regimen ends."""

    reason: str = Field("", max_length=LONGEST)


@console.get("/<patient_id>")
@staff_only("patients.read")
def show_medication(patient_id: str) -> str:
    """All medicines of a patient, past ones too."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        record_read(session, staff_actor(), patient_id, "medication", now)
        return _page(session, patient_id)


@console.get("/times")
@staff_only("regimens.edit")
def show_times() -> str:
    """The usual times of a frequency, to be edited."""
    frequency = request.args.get("frequency", "qd")
    return render_template("medication/times.html", times=_usual(frequency), review=REVIEW_STATE)


@console.post("/<patient_id>")
@staff_only("regimens.edit")
def post_regimen(patient_id: str) -> Response | tuple[str, int]:
    """Enter a medicine; a double click enters one."""
    entered = body_as(Entered)
    times = [at for at in request.form.getlist("times") if at.strip()]
    now = clock.now()
    actor = staff_actor()
    try:
        order = entered.prescription(times)
        contend(
            outside().sessions,
            lambda session: regimens.prescribe(session, actor, patient_id, order, entered.request_id, now),
        )
    except (Invalid, Conflict) as refused:
        problem = {refused.field or "drug": refused.message}
        with read_only(outside().readers) as session:
            return _page(session, patient_id, entered.model_dump(), times, problem), status_of(refused)
    with read_only(outside().readers) as session:
        reminded = reminded_of(session, patient_id, clock.day_of(now))
    flash(f"已录入{order.drug}，{reminded.words}", "good" if reminded.well else "warn")
    return redirect(f"/console/medication/{patient_id}", 303)


@console.post("/regimens/<regimen_id>/stop")
@staff_only("regimens.edit")
def post_stop(regimen_id: str) -> Response:
    """End a medicine, with the reason."""
    reason = body_as(Stopped).reason
    try:
        regimen = contend(
            outside().sessions,
            lambda session: regimens.stop(session, staff_actor(), regimen_id, reason, clock.now()),
        )
        patient_id = regimen.patient_id
    except Invalid as refused:
        flash(refused.message, "warn")
        with read_only(outside().readers) as session:
            patient_id = regimens.find(session, regimen_id).patient_id
        return redirect(f"/console/medication/{patient_id}", 303)
    flash("已停用，不再提醒。", "good")
    return redirect(f"/console/medication/{patient_id}", 303)


def _page(
    session: Session,
    patient_id: str,
    values: dict[str, Any] | None = None,
    times: Sequence[str] = (),
    errors: dict[str, str] | None = None,
) -> str:
    now = clock.now()
    today = clock.day_of(now)
    values = values or {"frequency": "qd", "start_on": today}
    return render_template(
        "medication/patient.html",
        patient=patients.summary(session, patient_id, today),
        frequencies=[(each.code, each.chinese) for each in FREQUENCIES.values()],
        values=values,
        times=times or _usual(values["frequency"]),
        review=REVIEW_STATE,
        errors=errors or {},
        request_id=new_id(),
        **reads.panel(session, patient_id, now),
    )


def _usual(frequency: str) -> Sequence[str]:
    return FREQUENCIES[frequency].times if frequency in FREQUENCIES else FREQUENCIES["qd"].times
