"""What the booking room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SlotBooked:
    """A place was taken."""

    booking_id: str
    patient_id: str
    package_name: str
    site_name: str
    starts_at: datetime
    at: datetime


@dataclass(frozen=True)
class BookingReminderDue:
    """It is the evening before."""

    booking_id: str
    patient_id: str
    package_name: str
    note: str
    """What to do tonight, short enough for a card."""
    starts_at: datetime
    at: datetime


@dataclass(frozen=True)
class BookingCancelled:
    """The patient gave the place back."""

    booking_id: str
    patient_id: str
    at: datetime


@dataclass(frozen=True)
class CancelledAtDesk:
    """The desk gave the place back for the patient."""

    booking_id: str
    patient_id: str
    package_name: str
    starts_at: datetime
    at: datetime
