"""How well medicine is taken: by the patient's own check-ins, with their coverage.

No answer is not "taken": it is shown as missing coverage. Source: docs/sources.md#adherence
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

TAKEN, SKIPPED, UNANSWERED = "taken", "skipped", "unanswered"
"""The settled states of a dose; every other state is not due yet, or no longer."""


@dataclass(frozen=True)
class Adherence:
    """Check-ins over some settled doses. The two rates are None when nothing was due."""

    due: int
    taken: int
    skipped: int
    unanswered: int

    @property
    def rate(self) -> float | None:
        """Doses confirmed taken ÷ doses due, 0…1."""
        return self.taken / self.due if self.due else None

    @property
    def coverage(self) -> float | None:
        """Doses answered, taken or skipped, ÷ doses due, 0…1: how much of the rate is knowledge."""
        return (self.taken + self.skipped) / self.due if self.due else None


def adherence(states: Iterable[str]) -> Adherence:
    """Count dose `states`; planned, due and cancelled doses are not yet, or no longer, due."""
    settled = [state for state in states if state in (TAKEN, SKIPPED, UNANSWERED)]
    return Adherence(len(settled), settled.count(TAKEN), settled.count(SKIPPED), settled.count(UNANSWERED))


def missed_streak(states: Sequence[str]) -> int:
    """How many of the last settled doses in a row (oldest first) were not confirmed as taken."""
    streak = 0
    for state in reversed([each for each in states if each in (TAKEN, SKIPPED, UNANSWERED)]):
        if state == TAKEN:
            break
        streak += 1
    return streak


def missed_days(doses: Iterable[tuple[date, str]]) -> int:
    """The last days in a row, of days with settled doses, on which not one dose was confirmed as taken.

    `doses` are (local day, state) in any order.
    """
    taken_on: dict[date, bool] = {}
    for day, state in doses:
        if state in (TAKEN, SKIPPED, UNANSWERED):
            taken_on[day] = taken_on.get(day, False) or state == TAKEN
    streak = 0
    for day in sorted(taken_on, reverse=True):
        if taken_on[day]:
            break
        streak += 1
    return streak
