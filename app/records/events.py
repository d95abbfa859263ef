"""What the records' room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ReadingsRecorded:
    """New readings of one patient: {indicator: value in its canonical unit}."""

    patient_id: str
    values: dict[str, float]
    measured_at: datetime
    source: str
    source_id: str | None
    at: datetime


@dataclass(frozen=True)
class ReadingsNotKept:
    """Measured, and refused (the consent was withdrawn, a used request): a danger in it is heard."""

    patient_id: str
    values: dict[str, float]
    measured_at: datetime
    at: datetime


@dataclass(frozen=True)
class DiagnosisChanged:
    """A diagnosis was entered in the archive, or no longer holds."""

    patient_id: str
    at: datetime
