"""What the follow-up room announces."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class PlanBegun:
    """A patient is on a pathway."""

    plan_id: str
    patient_id: str
    pathway_code: str
    at: datetime


@dataclass(frozen=True)
class PlanPaused:
    """A plan rests; `task_ids` are being asked for at this moment."""

    plan_id: str
    patient_id: str
    task_ids: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class PlanEnded:
    """A plan has ended, with its reason on the row."""

    plan_id: str
    patient_id: str
    pathway_code: str
    by_patient: bool
    at: datetime


@dataclass(frozen=True)
class TaskDue:
    """A task of the patient's plan is due, or its ladder asks again: step 0 is the first asking."""

    task_id: str
    patient_id: str
    title: str
    purpose: str
    form_code: str
    who: str
    """The nurse who asks, by name."""
    words: str
    """What is said to the patient, in full."""
    step: int
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class TaskClosed:
    """A task was done, skipped or cancelled: whatever still asks for it stops."""

    task_id: str
    patient_id: str
    state: str
    at: datetime


@dataclass(frozen=True)
class TaskOverdue:
    """The ladder is at its end and nobody has answered or called: somebody of `role` has to look."""

    task_id: str
    patient_id: str
    title: str
    role: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class PatientUnreached:
    """Every call was in vain."""

    task_id: str
    patient_id: str
    title: str
    calls: int
    at: datetime


@dataclass(frozen=True)
class VisitJudged:
    """The rules have judged one follow-up visit; `reasons` are sentences with their sources."""

    patient_id: str
    response_id: str
    task_id: str | None
    kind: str
    urgency: str | None
    """critical, high, normal; None when nobody needs telling."""
    summary: str
    """血压 182/112，头晕."""
    reasons: tuple[str, ...]
    advice_key: str
    next_visit_on: date
    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    """Both, or neither where no pressure was measured."""
    uncontrolled: bool
    medication_adherence: str | None
    """regular, intermittent or none, as answered; None where the patient could not say."""
    at: datetime


@dataclass(frozen=True)
class DangerMeasured:
    """A value beyond its limit, entered between the visits; one for each kind of danger."""

    patient_id: str
    code: str
    """bp_emergency, pulse, sugar_low …: records.rules.dangers."""
    urgency: str
    """critical of now, high of these days, normal of long ago."""
    title: str
    detail: str
    pressure: tuple[int, int] | None
    """(systolic, diastolic) in mmHg, of a pressure."""
    values: Mapping[str, float]
    """{indicator: value in its canonical unit} of all that was entered with it."""
    measured_at: datetime
    kept: bool
    """Whether it stands on the chart."""
    at: datetime
