"""Whose turn an unanswered alert is next. An alert is never dropped: at the top it comes round again.

Source: docs/clinical-decisions.md#alert-times
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.alerts.rules.urgency import DEFAULT, Limits, answer_by
from app.core.workdays import WorkCalendar

LADDER = ("nurse", "doctor", "administrator")
"""Roles in turn: the responsible or on-duty nurse, then the doctor, then whoever runs the place."""
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
    """What follows when nobody at `level` has answered by `now`: the next person has as long again."""
    return Escalation(level + 1, role_at(level + 1), answer_by(urgency, now, zone, limits, calendar))


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
