"""Public holidays and worked weekends as an administrator enters them."""

from collections.abc import Collection
from datetime import date, timedelta

from app.core.errors import Invalid
from app.core.typed import day_typed

OFF, WORKED = "off", "worked"
KINDS = {OFF: "放假", WORKED: "周末上班"}
LONGEST_SPAN = 31
"""Days entered at once: the longest holiday the notices know has nine."""
YEARS_BACK, YEARS_AHEAD = 1, 3
ASK_FROM_MONTH = 11
"""The State Council tells the next year's days in October or November: from then on they are missed."""


def span(first: str, last: str) -> list[date]:
    """The days from one ISO date to another, both included; an empty `last` is one day.

    Raises Invalid naming the field.
    """
    begins = _read(first, "first")
    ends = _read(last, "last") if last else begins
    length = (ends - begins).days + 1
    if not 1 <= length <= LONGEST_SPAN:
        raise Invalid(f"最后一天不能早于第一天，一次最多 {LONGEST_SPAN} 天。", code="span", field="last")
    return [begins + timedelta(days=number) for number in range(length)]


def check_years(days: Collection[date], today: date) -> None:
    """Raise Invalid naming the field for a day whose year is a slip: no notice tells of it."""
    first, last = today.year - YEARS_BACK, today.year + YEARS_AHEAD
    for field, day in (("first", min(days)), ("last", max(days))):
        if not first <= day.year <= last:
            raise Invalid(f"只能登记 {first} 年到 {last} 年的日子，请核对年份。", code="year", field=field)


def check_kind(days: Collection[date], kind: str) -> None:
    """Raise Invalid for an unknown kind, and for a day "worked instead" that is a workday anyway."""
    if kind not in KINDS:
        raise Invalid("请选择是放假还是上班。", code="kind", field="kind")
    if kind == WORKED and any(day.weekday() < 5 for day in days):  # noqa: PLR2004 - Saturday is 5
        raise Invalid("只有周六、周日才需要登记上班。", code="not_a_weekend", field="kind")


def year_lacking(entered: Collection[date], today: date) -> int | None:
    """The year whose days nobody has entered though they are known by now; None when all is there."""
    years = {day.year for day in entered}
    if today.year not in years:
        return today.year
    if today.month >= ASK_FROM_MONTH and today.year + 1 not in years:
        return today.year + 1
    return None


def _read(text: str, field: str) -> date:
    try:
        return day_typed(text)
    except ValueError:
        raise Invalid("请选择日期。", code="day", field=field) from None
