"""A span of days as an administrator types it, and the year that is still missing."""

from datetime import date

import pytest

from app.core.errors import Invalid
from app.staff.rules.days_off import check_kind, check_years, span, year_lacking

SATURDAY, MONDAY = date(2026, 2, 28), date(2026, 2, 16)


@pytest.mark.parametrize(
    "first, last, days",
    [("2026-10-01", "2026-10-07", 7), ("2026-10-01", "", 1), ("2026-12-31", "2027-01-02", 3)],
)
def test_a_span_holds_both_its_ends(first: str, last: str, days: int) -> None:
    found = span(first, last)
    assert (len(found), found[0]) == (days, date.fromisoformat(first))


@pytest.mark.parametrize(
    "first, last, field",
    [
        ("", "", "first"),
        ("2026-02-30", "", "first"),
        ("2026-10-07", "2026-10-01", "last"),
        ("2026-10-01", "2026-11-01", "last"),
    ],
)
def test_what_is_no_span_is_named(first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        span(first, last)
    assert refused.value.field == field


def test_a_year_that_was_slipped_on_is_named() -> None:
    today = date(2026, 3, 2)
    check_years([date(2025, 1, 1), date(2029, 12, 31)], today)
    for days, field in (
        ([date(2024, 12, 31), date(2025, 1, 1)], "first"),
        ([date(2029, 12, 31), date(2030, 1, 1)], "last"),
    ):
        with pytest.raises(Invalid) as refused:
            check_years(days, today)
        assert refused.value.field == field


def test_only_a_weekend_can_be_worked_instead() -> None:
    check_kind([SATURDAY], "worked")
    check_kind([SATURDAY, MONDAY], "off")
    for days, kind in (([SATURDAY, MONDAY], "worked"), ([MONDAY], "half")):
        with pytest.raises(Invalid):
            check_kind(days, kind)


@pytest.mark.parametrize(
    "entered, today, lacking",
    [
        ([], date(2026, 3, 2), 2026),
        ([MONDAY], date(2026, 10, 31), None),
        ([MONDAY], date(2026, 11, 1), 2027),
        ([MONDAY, date(2027, 1, 1)], date(2026, 11, 1), None),
    ],
)
def test_the_next_year_is_missed_from_november_on(
    entered: list[date], today: date, lacking: int | None
) -> None:
    assert year_lacking(entered, today) == lacking
