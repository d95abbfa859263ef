from datetime import date

import pytest

from app.core.workdays import WorkCalendar

NATIONAL_DAY = WorkCalendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 9)),
    worked_weekends=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    "day, following",
    [
        (date(2026, 9, 30), date(2026, 10, 9)),
        (date(2026, 10, 9), date(2026, 10, 10)),
        (date(2026, 10, 10), date(2026, 10, 12)),
        (date(2026, 3, 6), date(2026, 3, 9)),
    ],
)
def test_the_next_workday_steps_over_holidays_and_keeps_worked_weekends(day, following):
    assert NATIONAL_DAY.next_workday(day) == following


def test_a_calendar_without_workdays_is_refused():
    never = WorkCalendar(
        holidays=frozenset(date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), 740400))
    )
    with pytest.raises(ValueError, match="within a year"):
        never.next_workday(date(2026, 1, 1))
