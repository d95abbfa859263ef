"""What the alerts' room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AlertRaised:
    """An alert has a first, or a next, person to answer for it."""

    alert_id: str
    patient_id: str | None
    """None for somebody without a card: `identity_id` is the WeChat that they wrote from."""
    identity_id: str | None
    title: str
    urgency: str
    owner_id: str | None
    level: int
    answer_by: datetime
    at: datetime


@dataclass(frozen=True)
class AlertTaken:
    """Somebody has the alert in hand."""

    alert_id: str
    patient_id: str | None
    by_staff_id: str
    at: datetime


@dataclass(frozen=True)
class AlertTakenAway:
    """A colleague has given an alert to a doctor that somebody else had in hand."""

    alert_id: str
    patient_id: str | None
    had_it_id: str
    by: str
    """Names of staff: who gave it, and to whom."""
    to: str
    at: datetime


@dataclass(frozen=True)
class AlertResolved:
    """An alert was resolved with an outcome."""

    alert_id: str
    patient_id: str | None
    identity_id: str | None
    by_staff_id: str
    at: datetime
