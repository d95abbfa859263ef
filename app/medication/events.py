"""What the medication room announces."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DosesOfOneMoment:
    """The doses of one patient at one moment, told of together."""

    patient_id: str
    dose_ids: tuple[str, ...]
    """All that the moment's reminder is about, in the order of their ids."""
    drugs: tuple[str, ...]
    """What is to be taken: 氨氯地平 5 mg."""
    due_at: datetime
    on_day: date
    times_today: int
    """At how many moments of this day something is to be taken: a day's only card says so."""
    at: datetime


@dataclass(frozen=True)
class DosesDue(DosesOfOneMoment):
    """Due now, to be reminded of."""


@dataclass(frozen=True)
class DosesLeft(DosesOfOneMoment):
    """Some were answered or stopped since the reminder; `drugs` are those still open, perhaps none."""


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
    left_out: int
    """On how many of these days the patient said that it was not taken; on the others there was no word."""
    reasons: tuple[str, ...]
    """Why, as the patient said it: 忘了. Each once, in the order of the doses."""
    at: datetime
