"""The approved sentences a patient reads at once: static, by key, never made up by a program."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.documents import read_yaml
from app.core.errors import DomainError, Invalid
from app.questionnaires.tables import AdviceText
from app.records.rules.dangers import dangers_of, told_when, urgency_of
from app.records.rules.emergency import EMERGENCY
from app.records.rules.moments import moment_told

log = structlog.get_logger(__name__)

PRESSURE = "{血压}"
"""Stands in a sentence for 是 188/98, or 很高 where no value is known."""
READING = "{读数}"
"""Stands in a sentence for 昨天 20:00 量的血压 188/98."""
MEASURED_EARLIER = "measured_earlier"
"""The words for a dangerous value that was measured a while before it was entered."""


@dataclass(frozen=True)
class Advice:
    """What the patient reads; `call_120` puts the emergency number under it."""

    key: str
    title: str
    text: str
    call_120: bool
    source: str
    needs_review: bool


def load_seeds(session: Session, folder: Path, now: datetime) -> str:
    """Bring the sentences of folder/advice.yaml into the database, by key."""
    entries = read_yaml(folder / "advice.yaml")["advice"]
    for entry in entries:
        session.merge(
            AdviceText(
                key=entry["key"],
                title=entry["title"],
                text=entry["text"],
                call_120=entry.get("call_120", False),
                source=entry["source"],
                needs_review=entry.get("review") != "approved",
                updated_at=now,
            )
        )
    return f"advice: {len(entries)} sentences"


def ensure_written(session: Session, keys: Iterable[str]) -> None:
    """Raises Invalid (unknown_advice) naming every key that no sentence stands under."""
    named = set(keys)
    missing = named - set(session.scalars(select(AdviceText.key).where(AdviceText.key.in_(named))))
    if missing:
        raise Invalid(
            f"没有这些建议：{'、'.join(sorted(missing))}。请先把它们写进 advice.yaml。",
            code="unknown_advice",
            field="adviceKey",
        )


def advice_or_emergency(session: Session, key: str, pressure: tuple[float, float] | None = None) -> Advice:
    """The sentence of that key, naming `pressure` (mmHg) where it speaks of one.

    A sentence that was never loaded must not cost us the answer or the alarm that calls for it:
    what holds in every danger stands in its place.
    """
    row = session.scalars(select(AdviceText).where(AdviceText.key == key)).one_or_none()
    if row is None:
        log.error("advice.not_loaded", key=key)
        return Advice(key, "请先看这里", EMERGENCY, True, "docs/clinical-decisions.md#danger-words", True)
    said = "很高" if pressure is None else f"是 {pressure[0]:.0f}/{pressure[1]:.0f}"
    text = row.text.replace(PRESSURE, said)
    return Advice(row.key, row.title, text, row.call_120, row.source, row.needs_review)


def carry(refusal: DomainError, words: Advice) -> None:
    """Let a refusal say first what to do at once: whoever reads it may be in danger."""
    refusal.message = f"{words.title}。{words.text}\n{refusal.message}"
    refusal.detail["call_120"] = words.call_120


@contextmanager
def advising(
    session: Session, values: Mapping[str, float], measured_at: datetime, now: datetime
) -> Iterator[None]:
    """A refusal of {indicator: value} that was heeded carries the advice on the gravest danger in them."""
    try:
        yield
    except DomainError as refusal:
        dangers = dangers_of(values) if refusal.heeded else ()
        for danger in dangers[:1]:
            when = moment_told(refusal.code, measured_at, now)
            words = advice_on_danger(session, danger.code, values, when, now)
            if words is not None:
                carry(refusal, words)
        raise


def advice_on_danger(
    session: Session, code: str, values: Mapping[str, float], measured_at: datetime, entered_at: datetime
) -> Advice | None:
    """What the patient reads who entered a danger of this code in {indicator: value}.

    Of a value of these days the words say when it was measured and ask for another; None for one of long
    ago, which is no emergency of hers any more.
    """
    danger = next(each for each in dangers_of(values) if each.code == code)
    urgency = urgency_of(measured_at, entered_at)
    if urgency == "critical":
        return advice_or_emergency(session, code, danger.pressure)
    if urgency == "normal":
        return None
    words = advice_or_emergency(session, MEASURED_EARLIER)
    told = told_when(danger, clock.local(measured_at), clock.local(entered_at))
    return replace(words, text=words.text.replace(READING, told))
