"""What the questionnaires' room announces."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class FlagRaised:
    """A red flag fired while somebody was still answering, or what it rests on was told otherwise."""

    patient_id: str
    response_id: str
    task_id: str | None
    code: str
    urgency: str
    signs: tuple[str, ...]
    """The chosen codes it rests on: eye_pain."""
    title: str
    told: str
    """What was answered so far, in words, for staff."""
    advice_key: str
    via: str
    kept: bool
    """Whether the form took the answer; a danger in one it refused is announced all the same."""
    at: datetime


@dataclass(frozen=True)
class WordsAnswered:
    """A question was answered in the patient's own words, or in other words than before."""

    patient_id: str
    response_id: str
    words: str
    """The patient's, unread by anybody yet; not for a log."""
    via: str
    kept: bool
    """As in FlagRaised."""
    at: datetime


@dataclass(frozen=True)
class ResponseSubmitted:
    """A form was submitted: {link id: value} of every visible answer."""

    patient_id: str
    response_id: str
    questionnaire_code: str
    task_id: str | None
    answers: Mapping[str, Any]
    score: float | None
    band: str | None
    via: str
    at: datetime
