"""Shifts as typed, on the hospital's wall clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.core.errors import Invalid
from app.staff.rules.weeks import monday_of, shift_on

CHINA = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "starts, ends, first, last",
    [
        ("08:00", "17:00", datetime(2026, 3, 2, 0, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("20:00", "08:00", datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 3, 0, tzinfo=UTC)),
        ("08:00", "08:00", datetime(2026, 3, 2, 0, tzinfo=UTC), datetime(2026, 3, 3, 0, tzinfo=UTC)),
    ],
)
def test_a_shift_that_ends_before_it_begins_ends_tomorrow(
    starts: str, ends: str, first: datetime, last: datetime
) -> None:
    assert shift_on("2026-03-02", starts, ends, CHINA, TODAY) == (first, last)


@pytest.mark.parametrize(
    "day, starts, ends, field",
    [
        ("", "08:00", "17:00", "day"),
        ("2026-02-30", "08:00", "17:00", "day"),
        ("9999-12-31", "08:00", "08:00", "day"),
        ("0001-01-01", "08:00", "17:00", "day"),
        ("2025-02-27", "08:00", "17:00", "day"),
        ("2028-03-02", "08:00", "17:00", "day"),
        ("2026-03-02", "08:00+05:00", "17:00", "starts"),
        ("2026-03-02", "25:00", "17:00", "starts"),
        ("2026-03-02", "08:00", "", "ends"),
    ],
)
def test_what_cannot_be_read_is_named(day: str, starts: str, ends: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        shift_on(day, starts, ends, CHINA, TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize("day", ["2025-02-28", "2028-03-01"])
def test_a_shift_of_last_year_or_of_the_next_two_can_be_entered(day: str) -> None:
    assert shift_on(day, "08:00", "17:00", CHINA, TODAY)[0].date() == date.fromisoformat(day)


def test_a_week_begins_on_monday() -> None:
    assert {monday_of(date(2026, 3, day)) for day in range(2, 9)} == {date(2026, 3, 2)}
