"""What the medication room announces."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DosesDue:
    """The doses of one patient that are due now, to be reminded of together."""

    patient_id: str
    dose_ids: tuple[str, ...]
    drugs: tuple[str, ...]
    due_at: datetime
    on_day: date
    times_today: int
    """At how many moments of this day something is to be taken: a day's only card says so."""
    at: datetime


@dataclass(frozen=True)
class DosesAnswered:
    """Doses were marked taken or skipped."""

    patient_id: str
    dose_ids: tuple[str, ...]
    state: str
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class DosesStopped:
    """Doses will not be taken any more: whatever still reminds of them stops."""

    patient_id: str
    dose_ids: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class SideEffectReported:
    """A patient left a medicine out because it does not agree with them."""

    patient_id: str
    regimen_id: str
    drug: str
    dose_id: str
    at: datetime


@dataclass(frozen=True)
class StopReported:
    """A patient says that somebody told them to stop a medicine; ours still says to take it."""

    patient_id: str
    regimen_id: str
    drug: str
    dose_id: str
    at: datetime


@dataclass(frozen=True)
class DosesMissed:
    """A patient gave no sign, or skipped, for several days in a row."""

    patient_id: str
    regimen_id: str
    drug: str
    days: int
    since_on: date
    at: datetime
