"""On which day something can have been measured."""

from datetime import date, datetime, timedelta

from app.core.errors import Invalid

AHEAD = timedelta(minutes=5)
"""A telephone's clock may be so far ahead of ours: then it is measured now. Ours."""
WRONG = {"measured_in_future", "measured_before_birth", "measured_too_long_ago"}
"""Codes of refusals of a moment that cannot be right."""
OLDEST_YEARS = 10
"""A telephone whose clock stands at 1970 or 2000 is far likelier than a reading older than this."""


def by_our_clock(measured_at: datetime, now: datetime) -> datetime:
    """The moment of measuring by our own clock. Raises Invalid (measured_in_future) beyond AHEAD."""
    if measured_at > now + AHEAD:
        raise Invalid(
            "测量时间不能晚于现在，请检查手机的时间。", code="measured_in_future", field="measured_at"
        )
    return min(measured_at, now)


def moment_told(code: str, measured_at: datetime, now: datetime) -> datetime:
    """When a danger was measured that was refused with `code`: now, where the moment itself was wrong."""
    return now if code in WRONG else min(measured_at, now)


def check_measured_on(on: date, birth_on: date, today: date) -> None:
    """Raise Invalid (measured_before_birth, measured_too_long_ago) for a day that cannot be right."""
    if on < birth_on:
        raise Invalid(
            "测量时间早于出生日期，请检查手机的日期。", code="measured_before_birth", field="measured_at"
        )
    if on < _years_before(today, OLDEST_YEARS):
        raise Invalid(
            f"测量时间超过 {OLDEST_YEARS} 年，请检查手机的日期。",
            code="measured_too_long_ago",
            field="measured_at",
        )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # 29 February in a year that has none.
        return day.replace(year=day.year - years, day=28)
