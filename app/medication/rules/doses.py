"""From a regimen to the moments its doses fall due, on the hospital's clock.

The default times are common ward habits from memory and every hospital edits them: 待临床审核.
Source: docs/sources.md#dose-times
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.core.errors import Invalid

EVERY_DAY = frozenset(range(7))
MAX_TIMES_A_DAY = 12
LONGEST_BEFORE, LONGEST_AFTER = timedelta(days=366 * 50), timedelta(days=366)
"""A medicine entered now began at most fifty years ago, and begins at most a year from now."""
LONGEST_COURSE = timedelta(days=366 * 10)
REVIEW_STATE = "待临床审核"
"""Of every default time in FREQUENCIES."""


@dataclass(frozen=True)
class Frequency:
    """A prescription's frequency: usual times of day, weekdays (Monday is 0), or every so many days."""

    code: str
    chinese: str
    times: tuple[str, ...]
    every_days: int = 1
    weekdays: frozenset[int] = EVERY_DAY


def _daily(code: str, chinese: str, *times: str) -> Frequency:
    return Frequency(code, chinese, times)


FREQUENCIES: Mapping[str, Frequency] = {
    frequency.code: frequency
    for frequency in (
        _daily("qd", "每天一次", "08:00"),
        _daily("qm", "每天早晨一次", "08:00"),
        _daily("bid", "每天两次", "08:00", "20:00"),
        _daily("tid", "每天三次", "08:00", "12:00", "18:00"),
        _daily("qid", "每天四次", "08:00", "12:00", "16:00", "20:00"),
        _daily("qn", "每晚一次", "20:00"),
        _daily("hs", "睡前一次", "21:00"),
        _daily("q12h", "每12小时一次", "08:00", "20:00"),
        _daily("q8h", "每8小时一次", "00:00", "08:00", "16:00"),
        _daily("q6h", "每6小时一次", "02:00", "08:00", "14:00", "20:00"),
        _daily("q4h", "每4小时一次", "02:00", "06:00", "10:00", "14:00", "18:00", "22:00"),
        _daily("ac", "每天三餐前", "07:00", "11:30", "17:30"),
        _daily("pc", "每天三餐后", "08:00", "12:30", "18:30"),
        Frequency("qod", "隔天一次", ("08:00",), every_days=2),
        Frequency("q3d", "每三天一次", ("08:00",), every_days=3),
        Frequency("qw", "每周一次", ("08:00",), every_days=7),
        Frequency("biw", "每周两次（周一、周四）", ("08:00",), weekdays=frozenset({0, 3})),
        Frequency("tiw", "每周三次（周一、三、五）", ("08:00",), weekdays=frozenset({0, 2, 4})),
    )
}
"""The frequencies that fall due by the clock; prn, sos and st are taken as needed and never reminded."""

AS_NEEDED = frozenset({"prn", "sos", "st"})


@dataclass(frozen=True)
class Regimen:
    """When one medicine is taken: local days from `start_on` to `end_on` (both included, None is open)."""

    start_on: date
    end_on: date | None
    times: tuple[time, ...]
    every_days: int = 1
    weekdays: frozenset[int] = EVERY_DAY


def regimen(
    frequency: str, start_on: date, end_on: date | None = None, times: Sequence[str] | None = None
) -> Regimen:
    """The regimen of a frequency code, with the prescriber's own `times` ("08:00") in place of the usual.

    Every-other-day counting is anchored at `start_on`.
    Raises Invalid: unknown_frequency, as_needed, dose_time, dose_times.
    """
    if frequency in AS_NEEDED:
        raise Invalid("按需服用的药不用定时提醒", code="as_needed", field="frequency")
    known = FREQUENCIES.get(frequency)
    if known is None:
        raise Invalid(
            f"不认识这个用药频次，可选：{'、'.join(FREQUENCIES)}", code="unknown_frequency", field="frequency"
        )
    chosen = read_times(known.times if times is None else times)
    if len(chosen) != len(known.times):
        raise Invalid(f"“{known.chinese}”要填 {len(known.times)} 个时间", code="dose_times", field="times")
    return Regimen(start_on, end_on, chosen, known.every_days, known.weekdays)


def ensure_entered_days(start_on: date, end_on: date | None, today: date) -> None:
    """Refuse days that no prescription entered on `today` has: a slip of the year, a course already over.

    Raises Invalid: start_on, end_before_start, end_past, end_on.
    """
    if not today - LONGEST_BEFORE <= start_on <= today + LONGEST_AFTER:
        raise Invalid("开始日期不像是对的，请核对年份", code="start_on", field="start_on")
    if end_on is None:
        return
    if end_on < start_on:
        raise Invalid("结束日期不能早于开始日期", code="end_before_start", field="end_on")
    if end_on < today:
        raise Invalid("结束日期已经过去，不会再提醒", code="end_past", field="end_on")
    if end_on > max(start_on, today) + LONGEST_COURSE:
        raise Invalid("结束日期太远，长期用药请不填", code="end_on", field="end_on")


def read_times(times: Sequence[str]) -> tuple[time, ...]:
    """Distinct times of day in rising order from texts such as "8:00" or "08:00".

    Raises Invalid (field times): dose_time for a text that is none, dose_times for none or too many.
    """
    read = sorted({_time(text) for text in times})
    if not read or len(read) < len(times) or len(read) > MAX_TIMES_A_DAY:
        raise Invalid(f"服药时间要填 1 到 {MAX_TIMES_A_DAY} 个，不能重复", code="dose_times", field="times")
    return tuple(read)


def moments(plan: Regimen, after: datetime, until: datetime, zone: tzinfo) -> list[datetime]:
    """The dose moments (UTC) of `plan` with after < moment <= until, in order; both bounds aware.

    Half-open, so that drawing doses in pieces gives each exactly once. A local time the clock skips
    is taken at the moment it would have been; a time that comes twice is taken once, at the first.
    """
    found = {
        moment
        for day in _days(
            plan, after.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date()
        )
        for at in plan.times
        for moment in [datetime.combine(day, at, zone).astimezone(UTC)]
        if after < moment <= until
    }
    return sorted(found)


def _days(plan: Regimen, first: date, last: date) -> Iterator[date]:
    day = max(first, plan.start_on)
    end = last if plan.end_on is None else min(last, plan.end_on)
    while day <= end:
        on_cycle = (day - plan.start_on).days % plan.every_days == 0
        if on_cycle and day.weekday() in plan.weekdays:
            yield day
        day += timedelta(days=1)


def _time(text: str) -> time:
    match = re.fullmatch(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])", text.strip())
    if match is None:
        raise Invalid("服药时间应写成 08:00 这样", code="dose_time", field="times")
    return time(int(match[1]), int(match[2]))
