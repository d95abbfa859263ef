"""On which days something can have been measured: not before the person, not in a clock's first year."""

from datetime import date

import pytest

from app.core.errors import Invalid
from app.records.rules.moments import check_measured_on

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    "on, born, code",
    [
        (TODAY, date(1966, 5, 1), None),
        (date(2016, 3, 2), date(1966, 5, 1), None),
        (date(2016, 3, 1), date(1966, 5, 1), "measured_too_long_ago"),
        (date(1970, 1, 1), date(1966, 5, 1), "measured_too_long_ago"),
        (date(2024, 2, 29), date(2024, 2, 29), None),
        (date(2024, 2, 28), date(2024, 2, 29), "measured_before_birth"),
        (date(1900, 1, 1), date(1966, 5, 1), "measured_before_birth"),
    ],
)
def test_the_days_on_which_something_can_have_been_measured(on: date, born: date, code: str | None) -> None:
    if code is None:
        check_measured_on(on, born, TODAY)
        return
    with pytest.raises(Invalid) as refused:
        check_measured_on(on, born, TODAY)
    assert (refused.value.code, refused.value.field) == (code, "measured_at")


def test_ten_years_before_a_leap_day() -> None:
    check_measured_on(date(2018, 2, 28), date(1966, 5, 1), date(2028, 2, 29))
    with pytest.raises(Invalid):
        check_measured_on(date(2018, 2, 27), date(1966, 5, 1), date(2028, 2, 29))
