"""The patient's first page: what is to do today, who looks after them, the last readings."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from app.booking import reads as bookings
from app.core import clock
from app.core.db import read_only
from app.core.ids import new_id
from app.followup import reads as followup
from app.http.doors import outside
from app.http.patient_auth import patient_id, patient_page
from app.http.pressure_chart import INDICATORS, pressure_words
from app.medication import reads as medication
from app.patients import consents
from app.patients.profiles import find as find_patient
from app.questionnaires import links
from app.records import readings

pages = Blueprint("home_h5", __name__, url_prefix="/h5")

BOOKING_NEAR = timedelta(days=7)


@pages.get("")
@patient_page
def home() -> str:
    """Today in one look."""
    now = clock.now()
    with read_only(outside().readers) as session:
        return render_template("h5/home.html", **_today(session, now), hour=clock.local(now).hour)


def _today(session: Session, now: Any) -> dict[str, Any]:
    me = patient_id()
    collecting = consents.collecting(session, me)
    doses = medication.doses_of_day(session, me, clock.day_of(now), now) if collecting else ()
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
        "collecting": collecting,
        "doses": doses,
        "doses_open": [dose for dose in doses if dose.state in ("planned", "due") and dose.answerable],
        "bookings": near,
        "last_pressure": pressure_words({code: [row] for code, row in latest.items()}),
        "request_id": new_id(),
        "now": now,
    }
