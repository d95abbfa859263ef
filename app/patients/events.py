"""What the patients' room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Followed:
    """Somebody follows the service account, again or for the first time; perhaps by a card's QR."""

    identity_id: str
    card_id: str | None
    at: datetime


@dataclass(frozen=True)
class CardScanned:
    """Somebody who follows already scanned a card's QR."""

    identity_id: str
    card_id: str
    at: datetime


@dataclass(frozen=True)
class CardActivated:
    """A card was activated, exactly once."""

    patient_id: str
    card_id: str
    pathway_code: str
    at: datetime


@dataclass(frozen=True)
class DoctorAssigned:
    """A patient has a responsible doctor now."""

    patient_id: str
    doctor_id: str
    by_staff_id: str
    at: datetime


@dataclass(frozen=True)
class ArchiveCompleted:
    """A patient's health archive was completed."""

    patient_id: str
    by_staff_id: str
    at: datetime


@dataclass(frozen=True)
class HealthDataWithdrawn:
    """A patient withdrew the consent everything rests on: nobody follows them up any more."""

    patient_id: str
    at: datetime


@dataclass(frozen=True)
class HealthDataAllowedAgain:
    """A patient who had withdrawn the consent to health data gave it again."""

    patient_id: str
    at: datetime
