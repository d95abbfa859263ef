"""The days of a timetable as a wall calendar shows them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Month:
    """One month, or the part of it that is wanted, in rows of seven days from Monday on."""

    year: int
    number: int
    weeks: Sequence[Sequence[date | None]]
    """None where a row begins or ends in another month, or outside the days wanted."""


def months(first: date, last: date) -> Sequence[Month]:
    """Every day from `first` to `last` in its month's weeks."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    by_month = groupby(days, lambda day: (day.year, day.month))
    return [Month(year, number, _weeks(list(found))) for (year, number), found in by_month]


def _weeks(days: Sequence[date]) -> Sequence[Sequence[date | None]]:
    empty: list[date | None] = [None]
    filled = [*empty * days[0].weekday(), *days, *empty * (-(days[0].weekday() + len(days)) % DAYS_A_WEEK)]
    return [filled[at : at + DAYS_A_WEEK] for at in range(0, len(filled), DAYS_A_WEEK)]
