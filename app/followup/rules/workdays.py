"""Days and months of a plan: offsets that respect month ends, workdays with holidays, local times to UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.core.months import months_later
from app.core.workdays import WorkCalendar

WORKDAY_ENDS = time(17)
"""On the hospital's clock; ours, as for alerts: docs/clinical-decisions.md#alert-times"""


@dataclass(frozen=True)
class Offset:
    """A distance in calendar months and days."""

    months: int = 0
    days: int = 0

    def times(self, count: int) -> Offset:
        """This distance `count` times over."""
        return Offset(self.months * count, self.days * count)


def add_offset(day: date, offset: Offset) -> date:
    """`day` plus months, then days."""
    return months_later(day, offset.months) + timedelta(days=offset.days)


def prefer(day: date, wish: str, latest: date, calendar: WorkCalendar) -> date:
    """The day nearest to `day`, not after `latest`, that suits `wish`: any, workday or weekend (a free day).

    Later days are tried first, then earlier ones within a week; if none suits, `day` itself stays.
    """
    if wish == "any":
        return day
    wants_work = wish == "workday"
    later = [day + timedelta(days=n) for n in range((latest - day).days + 1)]
    before = [day - timedelta(days=n) for n in range(1, 8)]
    return next((each for each in later + before if calendar.is_workday(each) is wants_work), day)


def end_of_workday(now: datetime, zone: tzinfo, calendar: WorkCalendar) -> datetime:
    """When the working day of `now` ends (UTC); at night and on a free day the next one's end."""
    local = now.astimezone(zone)
    day = local.date()
    if not calendar.is_workday(day) or local.time() >= WORKDAY_ENDS:
        day = calendar.next_workday(day)
    return local_moment(day, WORKDAY_ENDS, zone)


def local_moment(day: date, at: time, zone: tzinfo) -> datetime:
    """`day` at the hospital's local time, in UTC. A time the clock skips is moved on by the skip."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
