"""How well medicine is taken: by the patient's own check-ins with their coverage, and by dispensing (PDC).

No answer is not "taken": it is shown as missing coverage. Source: docs/sources.md#adherence
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

TAKEN, SKIPPED, UNANSWERED = "taken", "skipped", "unanswered"
"""The settled states of a dose; every other state is not due yet, or no longer."""
PDC_THRESHOLD = 0.80
"""At or above counts as adherent (PQA). docs/sources.md#pdc (needs review)"""


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


@dataclass(frozen=True)
class Fill:
    """One dispensing: on that day, for so many days."""

    on: date
    days: int


def days_covered(fills: Sequence[Fill], start: date, end: date, shift: bool = True) -> int:
    """Distinct days in [start, end) with medicine at hand.

    With `shift`, an early refill is used after the one before it has run out (the usual PDC); without,
    each fill covers from the day it was dispensed.
    """
    covered: set[date] = set()
    free_from = date.min
    for fill in sorted(fills, key=lambda each: each.on):
        first = max(fill.on, free_from) if shift else fill.on
        days = {first + timedelta(days=n) for n in range(fill.days)}
        covered |= days
        free_from = max(free_from, first + timedelta(days=fill.days))
    return sum(1 for day in covered if start <= day < end)


def pdc(fills: Sequence[Fill], start: date, end: date, shift: bool = True) -> float:
    """Proportion of days covered in [start, end), 0…1. Raises ValueError for an empty period."""
    return days_covered(fills, start, end, shift) / _length(start, end)


def mpr(fills: Sequence[Fill], start: date, end: date) -> float:
    """Medication possession ratio: days dispensed ÷ days in [start, end); may exceed 1."""
    dispensed = sum(fill.days for fill in fills if start <= fill.on < end)
    return dispensed / _length(start, end)


def _length(start: date, end: date) -> int:
    if end <= start:
        raise ValueError("The period must have at least one day.")
    return (end - start).days
