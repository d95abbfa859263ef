"""The patient's own measuring: write a pressure down, see three months of them, hear at once of danger."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.alerts.handled import handled
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, DomainError, Invalid
from app.core.ids import new_id
from app.http.charts import PHONE, PHONE_LARGE
from app.http.doors import outside
from app.http.form_fields import given_request_id
from app.http.patient_auth import patient_id, patient_page, visitor
from app.http.pressure_chart import INDICATORS, pressure_chart
from app.patients import consents
from app.patients.profiles import find as find_patient
from app.patients.rules.identity import age_on
from app.questionnaires.advice import advice_on_danger, advising
from app.records import readings
from app.records.rules.plausibility import check_pressure
from app.records.rules.pressure import is_emergency_pressure

pages = Blueprint("readings_h5", __name__, url_prefix="/h5/readings")

SHOWN = timedelta(days=90)


@pages.get("")
@patient_page
def readings_page() -> str:
    """The last three months as a chart, and a field for today's pressure."""
    return _readings()


@pages.post("")
@patient_page
def note_pressure() -> Response | tuple[str, int]:
    """Keep a pressure that the patient measured; a double tap keeps one."""
    try:
        systolic, diastolic, request_id = _pressure()
        _keep(systolic, diastolic, request_id)
    except Invalid as problem:
        return _readings(problem), 422
    except Conflict as problem:
        return _readings(problem), 409
    if is_emergency_pressure(round(systolic), round(diastolic)):
        return redirect("/h5/readings/danger")
    flash("记好了，护士也能看到。", "good")
    return redirect("/h5/readings")


def _keep(systolic: float, diastolic: float, request_id: str) -> None:
    now, me = clock.now(), patient_id()
    values = {"SBP": systolic, "DBP": diastolic}

    def record(session: Session) -> None:
        with advising(session, values, now, now):
            readings.record(session, me, values, now, "page", None, f"patient:{me}", request_id, now)

    contend(outside().sessions, record)


@pages.get("/danger")
@patient_page
def danger() -> str | Response:
    """The approved words for a value that cannot wait, of when, and what became of the alert."""
    now, me = clock.now(), patient_id()
    with read_only(outside().readers) as session:
        found = readings.latest_danger(session, me)
        words = found and advice_on_danger(
            session, found.code, found.values, found.measured_at, found.entered_at
        )
        if found is None or words is None:
            return redirect("/h5/readings")
        return render_template(
            "h5/reading_danger.html",
            advice=words,
            at=found.measured_at,
            handled=handled(session, me, found.entered_at, found.entered_at),
            now=now,
        )


def _readings(problem: DomainError | None = None) -> str:
    now = clock.now()
    with read_only(outside().readers) as session:
        found = readings.series(session, patient_id(), INDICATORS, now - SHOWN)
        collecting = consents.collecting(session, patient_id())
        age = age_on(find_patient(session, patient_id()).birth_on, clock.day_of(now))
    size = PHONE_LARGE if visitor().large_type else PHONE
    chart = pressure_chart(found, age, "最近三个月的血压", size) if found["SBP"] else None
    return render_template(
        "h5/readings.html",
        chart=chart,
        collecting=collecting,
        problem=problem,
        request_id=new_id(),
        given=request.form,
        now=now,
    )


def _pressure() -> tuple[float, float, str]:
    form = request.form
    values = {}
    for name, words in (("systolic", "高压"), ("diastolic", "低压")):
        text = form.get(name, "").strip()
        if not (text.isascii() and text.isdigit()):
            raise Invalid(f"请填{words}，只填数字，例如 138。", code="missing", field=name)
        values[name] = float(text)
    check_pressure(values["systolic"], values["diastolic"])
    return values["systolic"], values["diastolic"], given_request_id()
