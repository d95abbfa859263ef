"""What a patient sees after sending: who has it, what it means, her own trend, and when she is seen again."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.alerts.handled import handled
from app.core import clock
from app.followup import reads as followup
from app.http.charts import PHONE, PHONE_LARGE, Chart
from app.http.pressure_chart import INDICATORS, pressure_chart
from app.patients.profiles import find as find_patient
from app.patients.rules.identity import age_on
from app.questionnaires import reads
from app.questionnaires.advice import advice_or_emergency
from app.questionnaires.catalog import definition_of
from app.questionnaires.rules.advising import advice_key
from app.questionnaires.rules.branching import visible_answers
from app.questionnaires.rules.flags import fired
from app.questionnaires.rules.measured import told_pressure
from app.questionnaires.tables import Response
from app.records import readings

TREND = timedelta(days=365)


def thanks_for(session: Session, response: Response, large_type: bool) -> dict[str, Any]:
    """Everything the page of thanks shows of one submitted response."""
    visit = followup.visit_of(session, response.id)
    definition = definition_of(session, response.questionnaire_id)
    values = reads.values_of(session, response)
    flags = fired(definition, values)
    pressure = told_pressure(definition, visible_answers(definition, values))
    told_at = response.submitted_at or response.started_at
    key = advice_key((visit.advice_key, visit.urgency) if visit else None, flags)
    ahead = followup.next_visit(session, response.patient_id)
    return {
        "response": response,
        "definition": definition,
        "told": reads.told_in(session, response),
        "advice": advice_or_emergency(session, key, pressure) if key else None,
        "emergency": bool(flags),
        "told_at": told_at,
        "handled": handled(session, response.patient_id, response.started_at, told_at) if flags else None,
        "now": clock.now(),
        "next_on": visit.next_visit_on if visit else ahead and clock.day_of(ahead.due_at),
        "chart": _pressures(session, response, large_type),
    }


def _pressures(session: Session, response: Response, large_type: bool) -> Chart | None:
    """The blood pressures of the last year against the limit for the patient's age."""
    until = response.submitted_at or response.started_at
    found = readings.series(session, response.patient_id, INDICATORS, until - TREND)
    if not found["SBP"]:
        return None
    age = age_on(find_patient(session, response.patient_id).birth_on, clock.day_of(until))
    return pressure_chart(found, age, "我的血压", PHONE_LARGE if large_type else PHONE)
