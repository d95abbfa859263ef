"""Weeks and shifts on the hospital's wall clock."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from app.core.errors import Invalid

Value = TypeVar("Value")

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def monday_of(day: date) -> date:
    """The Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def shift_on(day: str, starts: str, ends: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """A shift as typed: ISO day, HH:MM and HH:MM; an end not after the start is on the next day.

    Raises Invalid naming the field.
    """
    on = _read(date.fromisoformat, day, "day", "请选择日期。")
    start = _read(time.fromisoformat, starts, "starts", "请填上班时间，例如 08:00。")
    end = _read(time.fromisoformat, ends, "ends", "请填下班时间，例如 17:00。")
    last = on if end > start else on + timedelta(days=1)
    return datetime.combine(on, start, zone), datetime.combine(last, end, zone)


def _read(reader: Callable[[str], Value], raw: str, field: str, message: str) -> Value:
    try:
        return reader(raw)
    except ValueError:
        raise Invalid(message, code="shift_field", field=field) from None
