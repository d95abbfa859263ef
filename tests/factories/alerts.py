"""Alerts, raised the way the house raises them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.alerts.alarm import raise_alert
from app.alerts.tables import Alert
from app.core.ids import new_id
from tests.conftest import NOW


def make_alert(
    session: Session,
    patient_id: str,
    *,
    urgency: str = "critical",
    title: str = "血压 182/112，伴头晕",
    now: datetime = NOW,
    **more: Any,
) -> Alert:
    """An open alert with an owner."""
    source = new_id()
    return raise_alert(
        session,
        patient_id,
        **{
            "reason": "bp_emergency",
            "urgency": urgency,
            "title": title,
            "detail": "血压 182/112 达到 180/110",
            "source_kind": "response",
            "source_id": source,
            "dedupe": f"response:{source}",
            **more,
        },
        now=now,
    )
