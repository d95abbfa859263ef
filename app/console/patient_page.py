"""One patient on one page: who, what is open, the pressure, the plan, the medicines, the whole story."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from app.alerts import reads as alerts
from app.audit.trail import record_read
from app.console.timeline import page_of
from app.conversations import reads as conversations
from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.followup import reads as followup
from app.http.charts import Chart
from app.http.doors import outside
from app.http.pressure_chart import INDICATORS, pressure_chart
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.medication.reads import panel
from app.patients import reads as patients
from app.patients.reads import Summary
from app.records import readings
from app.records.history_reads import archive
from app.risk.tagging import tags_of
from app.staff.reads import working
from app.staff.rules.permissions import may

page = Blueprint("patient_page", __name__, url_prefix="/console/patients")


LINES = 6
"""The last lines of the talk that the page shows; those that speak of danger besides."""


@dataclass(frozen=True)
class Range:
    """How far back the chart looks."""

    label: str
    back: timedelta
    monthly: bool = False
    """Means of months in place of readings: ten years on one picture."""


RANGES = {
    "3m": Range("3 个月", timedelta(days=92)),
    "1y": Range("1 年", timedelta(days=366)),
    "10y": Range("10 年", timedelta(days=3653), monthly=True),
}


@page.get("/<patient_id>")
@staff_only("patients.read")
def show_patient(patient_id: str) -> str:
    """The page; reading it leaves one trace."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        who = patients.summary(session, patient_id, clock.day_of(now))
        record_read(session, staff_actor(), patient_id, "patient_page", now)
        return render_template("console/patient.html", patient=who, now=now, **_parts(session, who, now))


@page.get("/<patient_id>/chart")
@staff_only("patients.read")
def show_chart(patient_id: str) -> str:
    """The chart alone, for another range."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        who = patients.summary(session, patient_id, clock.day_of(now))
        record_read(session, staff_actor(), patient_id, "readings", now)
        return render_template("console/patient_chart.html", patient=who, **_pressure(session, who, now))


@page.get("/<patient_id>/timeline")
@staff_only("patients.read")
def show_timeline(patient_id: str) -> str:
    """The next page of the story."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        who = patients.summary(session, patient_id, clock.day_of(now))
        record_read(session, staff_actor(), patient_id, "timeline", now)
        told = page_of(session, patient_id, request.args.get("after"))
    return render_template("console/patient_timeline.html", patient=who, told=told, now=now)


def _parts(session: Session, who: Summary, now: datetime) -> dict[str, Any]:
    talk_id = conversations.of_patient(session, who.id)
    return {
        "tags": tags_of(session, who.id, now),
        "alerts": alerts.alerts_of(session, who.id, now),
        "tasks": followup.open_staff_tasks_of(session, who.id),
        "plan": followup.plan_of(session, who.id, most=6),
        "plan_request_id": new_id(),
        "visits": followup.visits_of(session, who.id, most=1),
        "talk": conversations.talk(session, talk_id, now) if talk_id else None,
        "lines": conversations.last_and_dangerous(session, talk_id, last=LINES) if talk_id else (),
        "is_dangerous": conversations.is_dangerous,
        "archive": archive(session, who.id),
        "told": page_of(session, who.id, None),
        **_team(session),
        **_pressure(session, who, now),
        **panel(session, who.id, now),
    }


def _team(session: Session) -> dict[str, Any]:
    if not may(current_staff().role, "patients.edit"):
        return {}
    staff = working(session, "doctor", "nurse")
    return {
        "doctors": [(each.id, each.name) for each in staff if each.role == "doctor"],
        "nurses": [(each.id, each.name) for each in staff if each.role == "nurse"],
    }


def _pressure(session: Session, who: Summary, now: datetime) -> dict[str, Any]:
    asked = request.args.get("range", "3m")
    chosen = asked if asked in RANGES else "3m"
    return {"chart": _chart(session, who, RANGES[chosen], now), "ranges": RANGES, "chosen": chosen}


def _chart(session: Session, who: Summary, chosen: Range, now: datetime) -> Chart:
    title = f"近 {chosen.label}血压"
    since = now - chosen.back
    if chosen.monthly:
        return pressure_chart(readings.monthly(session, who.id, INDICATORS, since), who.age, title)
    return pressure_chart(readings.series(session, who.id, INDICATORS, since), who.age, title)
