"""Weeks and shifts on the hospital's wall clock."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from app.core.errors import Invalid
from app.core.typed import day_typed

Value = TypeVar("Value")

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def monday_of(day: date) -> date:
    """The Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


EARLIEST, LATEST = timedelta(days=366), timedelta(days=731)
"""How far from today a shift may be entered: a year that was slipped on is neither worked nor planned."""


def shift_on(day: str, starts: str, ends: str, zone: tzinfo, today: date) -> tuple[datetime, datetime]:
    """A shift as typed: ISO day, HH:MM and HH:MM; an end not after the start is on the next day.

    Raises Invalid naming the field.
    """
    on = _read(day_typed, day, "day", "请选择日期。")
    if not -EARLIEST <= on - today <= LATEST:
        raise Invalid("只能排前一年到后两年的班，请核对年份。", code="shift_day", field="day")
    start = _read(_clock_time, starts, "starts", "请填上班时间，例如 08:00。")
    end = _read(_clock_time, ends, "ends", "请填下班时间，例如 17:00。")
    last = on if end > start else on + timedelta(days=1)
    return datetime.combine(on, start, zone), datetime.combine(last, end, zone)


def _clock_time(raw: str) -> time:
    at = time.fromisoformat(raw)
    if at.tzinfo is not None:
        raise ValueError("a shift is typed on the hospital's own clock")
    return at


def _read(reader: Callable[[str], Value], raw: str, field: str, message: str) -> Value:
    try:
        return reader(raw)
    except ValueError:
        raise Invalid(message, code="shift_field", field=field) from None
