"""A wall calendar shows each wanted day once, under its own weekday."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.booking.rules.calendar import months


def test_a_month_that_begins_within_a_week_is_filled_up_with_blanks() -> None:
    march, april = months(date(2026, 3, 30), date(2026, 4, 2))
    assert (march.number, march.weeks) == (3, [[date(2026, 3, 30), date(2026, 3, 31), *[None] * 5]])
    assert (april.number, april.weeks) == (
        4,
        [[None, None, date(2026, 4, 1), date(2026, 4, 2), None, None, None]],
    )


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_every_day_stands_once_under_its_weekday(first: date, more: int) -> None:
    wanted = [first + timedelta(days=number) for number in range(more + 1)]
    shown = []
    for month in months(first, wanted[-1]):
        for week in month.weeks:
            assert len(week) == 7
            for place, day in enumerate(week):
                if day is not None:
                    assert (day.weekday(), day.month, day.year) == (place, month.number, month.year)
                    shown.append(day)
    assert shown == wanted
