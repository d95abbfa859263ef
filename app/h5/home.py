"""The patient's first page: what is to do today, who looks after them, the last readings."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.booking import reads as bookings
from app.console.pressure_chart import INDICATORS, pressure_chart, pressure_words
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, DomainError, Invalid
from app.core.ids import new_id
from app.followup import reads as followup
from app.followup.rules.hypertension import is_emergency_pressure
from app.http.charts import PHONE, PHONE_LARGE
from app.http.doors import outside
from app.http.patient_auth import patient_id, patient_page, visitor
from app.medication import reads as medication
from app.patients.profiles import find as find_patient
from app.patients.rules.identity import age_on
from app.questionnaires import links
from app.questionnaires.advice import advice_of
from app.records import readings
from app.records.rules.plausibility import check_pressure

pages = Blueprint("home_h5", __name__, url_prefix="/h5")

SHOWN = timedelta(days=90)
BOOKING_NEAR = timedelta(days=7)


@pages.get("")
@patient_page
def home() -> str:
    """Today in one look."""
    now = clock.now()
    with read_only(outside().readers) as session:
        return render_template("h5/home.html", **_today(session, now), hour=clock.local(now).hour)


@pages.get("/readings")
@patient_page
def readings_page() -> str:
    """The last three months as a chart, and a field for today's pressure."""
    return _readings()


@pages.post("/readings")
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
    contend(
        outside().sessions,
        lambda session: readings.record(
            session, me, values, now, "page", None, f"patient:{me}", request_id, now
        ),
    )


@pages.get("/readings/danger")
@patient_page
def danger() -> str:
    """The approved words for a pressure that cannot wait; the alert was raised with the reading."""
    with read_only(outside().readers) as session:
        advice = advice_of(session, "bp_emergency")
    return render_template("h5/reading_danger.html", advice=advice)


def _today(session: Session, now: Any) -> dict[str, Any]:
    me = patient_id()
    doses = medication.doses_of_day(session, me, clock.day_of(now), now)
    task = followup.next_visit(session, me)
    near = [
        view
        for view in bookings.of_patient(session, me)
        if view.state == "booked" and now <= view.starts_at <= now + BOOKING_NEAR
    ]
    due = task is not None and task.state == "open"
    latest = readings.latest(session, me, INDICATORS)
    return {
        "patient_name": find_patient(session, me).name,
        "due_task": task if due else None,
        "due_link": links.path_for(task.id, me, now) if task is not None and due else None,
        "next_task": task,
        "doses": doses,
        "doses_open": [dose for dose in doses if dose.state in ("planned", "due") and dose.answerable],
        "bookings": near,
        "last_pressure": pressure_words({code: [row] for code, row in latest.items()}),
        "request_id": new_id(),
        "now": now,
    }


def _readings(problem: DomainError | None = None) -> str:
    now = clock.now()
    with read_only(outside().readers) as session:
        found = readings.series(session, patient_id(), INDICATORS, now - SHOWN)
        age = age_on(find_patient(session, patient_id()).birth_on, clock.day_of(now))
    size = PHONE_LARGE if visitor().large_type else PHONE
    chart = pressure_chart(found, age, "最近三个月的血压", size) if found["SBP"] else None
    return render_template(
        "h5/readings.html", chart=chart, problem=problem, request_id=new_id(), given=request.form, now=now
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
    request_id = form.get("request_id", "")
    if not 8 <= len(request_id) <= 64:
        raise Invalid("页面已过期，请返回重新打开。", code="request_id_missing", field="request_id")
    return values["systolic"], values["diastolic"], request_id
