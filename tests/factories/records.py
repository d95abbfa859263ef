"""Readings, with only what a test is about spelled out."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.records.tables import Reading
from tests.conftest import NOW

UNITS = {"SBP": "mmHg", "DBP": "mmHg", "HR": "bpm", "WEIGHT": "kg", "GLU": "mmol/L"}


def make_reading(
    session: Session,
    patient_id: str,
    *,
    indicator: str = "SBP",
    value: float = 136,
    measured_at: datetime = NOW,
    **more: object,
) -> Reading:
    """One reading that the patient entered."""
    reading = Reading(
        **{
            "patient_id": patient_id,
            "indicator": indicator,
            "value": value,
            "unit": UNITS[indicator],
            "measured_at": measured_at,
            "entered_at": measured_at,
            "source": "questionnaire",
            "entered_by": f"patient:{patient_id}",
            **more,
        }
    )
    session.add(reading)
    session.flush()
    return reading
