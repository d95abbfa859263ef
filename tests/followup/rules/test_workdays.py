from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.followup.rules.workdays import Offset, WorkCalendar, add_offset, end_of_workday, local_moment, prefer

NATIONAL_DAY = WorkCalendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 9)),
    worked_weekends=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    "day, offset, expected",
    [
        (date(2026, 1, 31), Offset(months=1), date(2026, 2, 28)),
        (date(2028, 1, 31), Offset(months=1), date(2028, 2, 29)),
        (date(2026, 11, 30), Offset(months=3), date(2027, 2, 28)),
        (date(2026, 12, 15), Offset(months=1), date(2027, 1, 15)),
        (date(2026, 3, 1), Offset(days=14), date(2026, 3, 15)),
        (date(2026, 1, 31), Offset(months=1, days=1), date(2026, 3, 1)),
        (date(2028, 2, 29), Offset(months=12), date(2029, 2, 28)),
    ],
)
def test_months_keep_to_the_calendar(day, offset, expected):
    assert add_offset(day, offset) == expected


def test_holidays_and_worked_weekends():
    assert not NATIONAL_DAY.is_workday(date(2026, 10, 1))
    assert NATIONAL_DAY.is_workday(date(2026, 10, 10))
    assert not NATIONAL_DAY.is_workday(date(2026, 10, 11))
    assert NATIONAL_DAY.is_workday(date(2026, 10, 12))


@pytest.mark.parametrize(
    "day, wish, latest, expected",
    [
        (date(2026, 10, 1), "any", date(2026, 10, 20), date(2026, 10, 1)),
        (date(2026, 10, 1), "workday", date(2026, 10, 20), date(2026, 10, 9)),
        (date(2026, 10, 1), "workday", date(2026, 10, 3), date(2026, 9, 30)),
        (date(2026, 10, 9), "weekend", date(2026, 10, 11), date(2026, 10, 11)),
        (date(2026, 10, 12), "weekend", date(2026, 10, 12), date(2026, 10, 11)),
    ],
)
def test_a_wish_is_met_inside_the_window_first(day, wish, latest, expected):
    assert prefer(day, wish, latest, NATIONAL_DAY) == expected


def test_a_local_time_becomes_utc_whatever_the_zone_does():
    shanghai, new_york = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
    assert local_moment(date(2026, 3, 2), time(8), shanghai) == datetime(2026, 3, 2, 0, tzinfo=UTC)
    assert local_moment(date(2026, 3, 8), time(2, 30), new_york) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert local_moment(date(2026, 3, 9), time(8), new_york) == datetime(2026, 3, 9, 12, tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_never_skip_a_month(day, months):
    later = add_offset(day, Offset(months=months))
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@pytest.mark.parametrize(
    "now, ends",
    [
        ("2026-03-05 10:00", "2026-03-05 17:00"),
        ("2026-03-05 16:59", "2026-03-05 17:00"),
        ("2026-03-05 17:00", "2026-03-06 17:00"),
        ("2026-03-06 20:00", "2026-03-09 17:00"),
        ("2026-03-07 10:00", "2026-03-09 17:00"),
    ],
    ids=["morning", "a minute before", "at the end", "Friday night", "Saturday"],
)
def test_a_working_day_ends_at_five_or_on_the_next_one(now: str, ends: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    moment = datetime.fromisoformat(f"{now}+08:00")
    assert end_of_workday(moment, zone, WorkCalendar()) == datetime.fromisoformat(f"{ends}+08:00")
