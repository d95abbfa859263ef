"""Which days the hospital works: weekdays without the public holidays, and the weekends worked instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Public holidays, and weekend days that are worked instead (调休); other weekdays are workdays."""

    holidays: frozenset[date] = frozenset()
    worked_weekends: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether the hospital works on `day`."""
        if day in self.worked_weekends:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def next_workday(self, day: date) -> date:
        """The first workday after `day`. Raises ValueError when none comes within a year."""
        for ahead in range(1, 367):
            if self.is_workday(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise ValueError("A calendar needs a workday within a year.")
