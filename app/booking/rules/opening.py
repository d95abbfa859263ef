"""From a weekly opening to arrival bands. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core.errors import Invalid
from app.core.workdays import WorkCalendar

WORKING_WEEK = frozenset(range(5))


@dataclass(frozen=True)
class Opening:
    """When a site takes people: on these weekdays (0 is Monday), between these hours, in bands of minutes."""

    weekdays: frozenset[int]
    begins: time
    ends: time
    band: timedelta
    capacity: int


@dataclass(frozen=True)
class Band:
    """One arrival band on one day."""

    on_day: date
    starts_at: datetime
    ends_at: datetime
    capacity: int


def opening(entry: Mapping[str, Any]) -> Opening:
    """Read one entry {weekdays, from, to, band_minutes, capacity}. Raises Invalid naming the field."""
    try:
        read = Opening(
            weekdays=frozenset(int(day) for day in entry["weekdays"]),
            begins=time.fromisoformat(entry["from"]),
            ends=time.fromisoformat(entry["to"]),
            band=timedelta(minutes=int(entry["band_minutes"])),
            capacity=int(entry["capacity"]),
        )
    except (KeyError, TypeError, ValueError):
        raise Invalid(
            "开放时间写得不完整：需要星期、开始、结束、每段分钟数和人数。", field="opening"
        ) from None
    if not read.weekdays <= set(range(7)) or not read.weekdays:
        raise Invalid("星期要在 0（周一）到 6（周日）之间。", field="weekdays")
    if read.begins >= read.ends:
        raise Invalid("结束时间要晚于开始时间。", field="to")
    if not timedelta(minutes=15) <= read.band <= timedelta(hours=6):
        raise Invalid("每个时段要在 15 分钟到 6 小时之间。", field="band_minutes")
    if not 1 <= read.capacity <= 500:
        raise Invalid("每个时段的人数要在 1 到 500 之间。", field="capacity")
    return read


def openings_on(openings: Sequence[Opening], day: date, calendar: WorkCalendar) -> Sequence[Opening]:
    """What holds on `day`: nothing on a day off, what holds all week on a weekend day worked instead."""
    if day in calendar.holidays:
        return ()
    own = [plan for plan in openings if day.weekday() in plan.weekdays]
    if day not in calendar.worked_weekends:
        return own
    return [plan for plan in openings if plan.weekdays >= WORKING_WEEK] or own


def bands(
    openings: Sequence[Opening], first: date, last: date, zone: ZoneInfo, calendar: WorkCalendar
) -> Iterator[Band]:
    """Every band from `first` to `last` inclusive, in order of day; none on a day off.

    A band that would run past the closing hour is left out: nobody is asked to come to a closed door.
    """
    day = first
    while day <= last:
        for plan in openings_on(openings, day, calendar):
            yield from _bands_of(plan, day, zone)
        day += timedelta(days=1)


def _bands_of(plan: Opening, day: date, zone: ZoneInfo) -> Iterator[Band]:
    starts = datetime.combine(day, plan.begins, tzinfo=zone)
    closes = datetime.combine(day, plan.ends, tzinfo=zone)
    while starts + plan.band <= closes:
        yield Band(day, starts, starts + plan.band, plan.capacity)
        starts += plan.band
