"""On which day something can have been measured."""

from datetime import date

from app.core.errors import Invalid

OLDEST_YEARS = 10
"""A telephone whose clock stands at 1970 or 2000 is far likelier than a reading older than this."""


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
