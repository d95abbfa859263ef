"""By when somebody must have taken an alert, and written what came of it.

Defaults every hospital sets for itself: 待临床审核.

Source: docs/clinical-decisions.md#alert-times
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo

from app.core.workdays import WorkCalendar

URGENCIES = ("critical", "high", "normal")
"""From the gravest down."""


@dataclass(frozen=True)
class Limits:
    """How long the graver alerts may wait, and until when on the next workday a normal one."""

    within: Mapping[str, timedelta] = field(
        default_factory=lambda: {"critical": timedelta(minutes=15), "high": timedelta(hours=2)}
    )
    workday_ends: time = time(17)
    review_state: str = "待临床审核"
    settled_within: Mapping[str, timedelta] = field(
        default_factory=lambda: {"critical": timedelta(hours=1), "high": timedelta(hours=4)}
    )
    """How long whoever has taken it may work before something is written down."""


DEFAULT = Limits()


def answer_by(
    urgency: str,
    raised_at: datetime,
    zone: tzinfo,
    limits: Limits = DEFAULT,
    calendar: WorkCalendar = WorkCalendar(),
) -> datetime:
    """The moment (UTC) by which an alert raised at `raised_at` (aware) must be answered.

    Critical and high run by the clock, day and night; normal until the end of the next workday.
    Raises KeyError for an urgency that does not exist.
    """
    return _end(limits.within, urgency, raised_at, zone, limits, calendar)


def settle_by(
    urgency: str,
    taken_at: datetime,
    zone: tzinfo,
    limits: Limits = DEFAULT,
    calendar: WorkCalendar = WorkCalendar(),
) -> datetime:
    """The moment (UTC) by which an alert taken at `taken_at` (aware) must be resolved, or noted upon.

    Raises KeyError for an urgency that does not exist.
    """
    return _end(limits.settled_within, urgency, taken_at, zone, limits, calendar)


def is_graver(urgency: str, than: str) -> bool:
    """Whether the first urgency outranks the second. Raises ValueError for one that does not exist."""
    return URGENCIES.index(urgency) < URGENCIES.index(than)


def _end(
    within: Mapping[str, timedelta],
    urgency: str,
    since: datetime,
    zone: tzinfo,
    limits: Limits,
    calendar: WorkCalendar,
) -> datetime:
    if urgency != "normal":
        return (since + within[urgency]).astimezone(UTC)
    day = calendar.next_workday(since.astimezone(zone).date())
    return datetime.combine(day, limits.workday_ends, zone).astimezone(UTC)
