"""What follows a telephone call, by what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from app.followup.rules.workdays import WorkCalendar, local_moment, prefer

MOST_CALLS = 3
"""After so many calls in vain a person decides; the lost-contact ladder of the specification's visits.
Needs review: docs/clinical-decisions.md#hypertension-pathway"""
CALL_AT = (time(10, 0), time(15, 30), time(18, 30))
"""Each try at another hour of the day: who is out at ten may be in at half past six."""

SOON = timedelta(hours=1)
"""A call due so soon after it was opened presses: advice on a danger, a check-up called off. Needs review:
docs/clinical-decisions.md#hypertension-pathway"""
FROM, UNTIL = time(8), time(21)
"""The hospital's hours for ringing a patient up, as for messages: docs/clinical-decisions.md#quiet-hours"""


class CallOutcome(StrEnum):
    """What came of a call; `chinese` is what the nurse picks."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"

    @property
    def chinese(self) -> str:
        """What a nurse reads."""
        return _CHINESE[self]


IN_VAIN = (CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER)
"""Outcomes of a call that reached nobody."""

_CHINESE = {
    CallOutcome.REACHED: "已接通",
    CallOutcome.NO_ANSWER: "无人接听",
    CallOutcome.WRONG_NUMBER: "号码不对",
    CallOutcome.REFUSED: "不愿接受随访",
}


def next_call_at(
    calls_made: int,
    now: datetime,
    zone: tzinfo,
    calendar: WorkCalendar = WorkCalendar(),
    *,
    pressing: bool = False,
) -> datetime | None:
    """When to try again (UTC) after `calls_made` in vain; None at the end.

    The next workday at another hour; what presses in an hour, or in the morning of whatever day.
    """
    if calls_made >= MOST_CALLS:
        return None
    if pressing:
        return _by_day(now + SOON, zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    day = prefer(tomorrow, "workday", tomorrow + timedelta(days=10), calendar)
    return local_moment(day, CALL_AT[calls_made % len(CALL_AT)], zone)


def _by_day(at: datetime, zone: tzinfo) -> datetime:
    """`at`, or the next morning when that is at night (UTC)."""
    local = at.astimezone(zone)
    if FROM <= local.time() < UNTIL:
        return at.astimezone(UTC)
    day = local.date() + timedelta(days=1 if local.time() >= UNTIL else 0)
    return local_moment(day, FROM, zone)
