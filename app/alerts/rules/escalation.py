"""Whose turn an unanswered alert is next. An alert is never dropped: at the top it comes round again,
ever more rarely, because a card every quarter of an hour day and night is soon no longer looked at.

Source: docs/clinical-decisions.md#alert-times
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from app.alerts.rules.urgency import DEFAULT, Limits, answer_by
from app.core.workdays import WorkCalendar

LADDER = ("nurse", "doctor", "administrator")
"""Roles in turn: the responsible or on-duty nurse, then the doctor, then whoever runs the place."""
TOP = len(LADDER) - 1
AGAIN = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
"""The least pause after each of the first turns at the top; needs review."""
THEN_EVERY = timedelta(hours=4)
"""Afterwards at 0, 4, 8, 12, 16 and 20 o'clock: all that lie open are told of in one moment; needs review."""
CHINESE = {"nurse": "护士", "doctor": "医生", "administrator": "管理员"}


@dataclass(frozen=True)
class Escalation:
    """The next turn: its level (0 was the first), the role, and when the one after comes (UTC)."""

    level: int
    role: str
    next_at: datetime


def role_at(level: int) -> str:
    """The role whose turn it is at `level`; from the top on it stays the top."""
    return LADDER[min(level, len(LADDER) - 1)]


def escalate(
    urgency: str,
    level: int,
    now: datetime,
    zone: tzinfo,
    limits: Limits = DEFAULT,
    calendar: WorkCalendar = WorkCalendar(),
) -> Escalation:
    """What follows when nobody at `level` has answered by `now`: the next person has as long again.

    From the top on the pauses grow, and never end.
    """
    as_long_again = answer_by(urgency, now, zone, limits, calendar)
    next_at = max(as_long_again, _not_before(level + 1 - TOP, now, zone))
    return Escalation(level + 1, role_at(level + 1), next_at)


def _not_before(turn: int, now: datetime, zone: tzinfo) -> datetime:
    """The soonest that the turn after this one may come; `turn` counts from 0, the first at the top."""
    if turn < 0:
        return now
    if turn < len(AGAIN):
        return now + AGAIN[turn]
    soonest = (now + AGAIN[-1]).astimezone(zone)
    midnight = datetime.combine(soonest.date(), time(), zone)
    steps = -((midnight - soonest) // THEN_EVERY)
    return (midnight + steps * THEN_EVERY).astimezone(UTC)


def why_passed_on(had: str | None, to: str | None, *, taken: bool) -> str:
    """Why an alert goes on, by the roles of the people themselves (Chinese), not of the ladder's rungs.

    `had` is the role of whoever it was with, `to` of who gets it now, None for nobody; `taken`:
    somebody had it in hand and wrote nothing in time.
    """
    going = f"转给{to}" if to else "没有人可转"
    if taken:
        return f"接手后没有在时限内写下结果，{going}"
    if had is None:
        return f"一直没有人负责，{going}"
    return f"仍无人接手，再次提醒{to}" if had == to else f"{had}没有在时限内接手，{going}"
