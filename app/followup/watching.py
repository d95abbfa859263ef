"""A blood pressure that somebody measures between the visits: at 180/110 it is nobody's to overlook."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.events import publish
from app.followup.events import PressureEmergency
from app.records.rules.pressure import is_emergency_pressure


def watch_pressure(
    session: Session, patient_id: str, values: Mapping[str, float], response_id: str | None, now: datetime
) -> None:
    """Publish PressureEmergency for a reading at or above 180 or 110 mmHg that no form judges.

    A reading out of a form (`response_id`) is judged there, with the symptoms beside it.
    """
    systolic, diastolic = values.get("SBP"), values.get("DBP")
    if response_id is not None or systolic is None or diastolic is None:
        return
    if is_emergency_pressure(round(systolic), round(diastolic)):
        publish(session, PressureEmergency(patient_id, round(systolic), round(diastolic), now))
