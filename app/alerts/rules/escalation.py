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
    """The next turn: its level (0 was the first), the role, when the one after comes (UTC), and why."""

    level: int
    role: str
    next_at: datetime
    because: str


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
    *,
    taken: bool = False,
) -> Escalation:
    """What follows when nobody at `level` has answered by `now`: the next person has as long again.

    `taken`: somebody had it in hand and wrote nothing in time.
    """
    was, role = role_at(level), role_at(level + 1)
    if taken:
        because = f"接手后没有在时限内写下结果，转给{CHINESE[role]}"
    elif role != was:
        because = f"{CHINESE[was]}没有在时限内接手，转给{CHINESE[role]}"
    else:
        because = f"仍无人接手，再次提醒{CHINESE[role]}"
    return Escalation(level + 1, role, answer_by(urgency, now, zone, limits, calendar), because)
