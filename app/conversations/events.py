"""What the conversations' room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PatientWrote:
    """A patient wrote a line and it is in the talk, with its receipt; `red_flag` names its danger.

    Nothing follows: what a danger sets going is announced by itself (RedFlagWritten, DangerWritten).
    """

    conversation_id: str
    line_id: str
    patient_id: str | None
    identity_id: str
    red_flag: str | None
    at: datetime


@dataclass(frozen=True)
class OrdinaryWritten:
    """A patient of ours wrote a line without words of danger; an alert that stands makes it urgent."""

    conversation_id: str
    patient_id: str
    at: datetime


@dataclass(frozen=True)
class DangerWritten:
    """Somebody, patient of ours or not, wrote words that speak of danger: the safety text answers at once."""

    conversation_id: str
    line_id: str
    advice_key: str
    at: datetime
    response_id: str | None = None
    """The response of a form whose red flag the same line has raised, and that has its own words for it."""


@dataclass(frozen=True)
class WriterKnown:
    """Whoever wrote of danger without a card is a patient now."""

    patient_id: str
    at: datetime


@dataclass(frozen=True)
class RedFlagWritten:
    """Somebody wrote words that speak of danger: somebody must look now. One for each danger."""

    patient_id: str | None
    """None without a card: then `identity_id` is all that is known."""
    identity_id: str
    conversation_id: str
    line_id: str
    code: str
    title: str
    urgency: str
    words: str
    """The patient's; not for a log."""
    at: datetime
    response_id: str | None = None
    """The response of a form whose red flag the same line has raised: it is one danger, told once."""


@dataclass(frozen=True)
class StaffReplied:
    """A member of staff wrote to a patient."""

    conversation_id: str
    line_id: str
    patient_id: str | None
    identity_id: str
    staff_id: str
    at: datetime


@dataclass(frozen=True)
class TalkResolved:
    """A member of staff closed a talk."""

    conversation_id: str
    patient_id: str | None
    identity_id: str
    staff_id: str
    at: datetime


@dataclass(frozen=True)
class CallAsked:
    """A member of staff cannot answer by message and asks for a telephone call."""

    conversation_id: str
    line_id: str
    patient_id: str
    staff_id: str
    why: str
    at: datetime
