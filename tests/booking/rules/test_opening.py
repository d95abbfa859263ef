"""From a weekly opening to arrival bands."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.rules.opening import bands, opening
from app.core.clock import CHINA
from app.core.errors import Invalid
from app.core.workdays import WorkCalendar

WEEKDAYS = {
    "weekdays": [0, 1, 2, 3, 4],
    "from": "08:00",
    "to": "10:30",
    "band_minutes": 30,
    "capacity": 10,
}
MONDAY = date(2026, 3, 2)
SATURDAY, SUNDAY = date(2026, 3, 7), date(2026, 3, 8)
ORDINARY = WorkCalendar()


def test_a_weekday_has_five_bands_from_eight_to_half_past_ten() -> None:
    found = list(bands([opening(WEEKDAYS)], MONDAY, MONDAY, CHINA, ORDINARY))
    assert [band.starts_at.strftime("%H:%M") for band in found] == [
        "08:00",
        "08:30",
        "09:00",
        "09:30",
        "10:00",
    ]
    assert found[-1].ends_at.strftime("%H:%M") == "10:30"


def test_a_sunday_and_a_holiday_have_none() -> None:
    holiday = WorkCalendar(holidays=frozenset({MONDAY}))
    assert not list(bands([opening(WEEKDAYS)], SUNDAY, SUNDAY, CHINA, ORDINARY))
    assert not list(bands([opening(WEEKDAYS)], MONDAY, MONDAY, CHINA, holiday))


@pytest.mark.parametrize(
    "openings, hours",
    [
        ([{}], "10:30"),
        ([{}, {"weekdays": [5], "to": "09:00"}], "10:30"),
        ([{"weekdays": [5], "to": "09:00"}], "09:00"),
        ([{"weekdays": [1, 3]}], ""),
    ],
    ids=["as-the-week", "not-as-a-saturday", "a-saturday-clinic", "not-open-all-week"],
)
def test_a_saturday_worked_instead_opens_as_a_workday(openings: list[dict[str, Any]], hours: str) -> None:
    worked = WorkCalendar(worked_weekends=frozenset({SATURDAY}))
    plans = [opening(WEEKDAYS | each) for each in openings]
    found = list(bands(plans, SATURDAY, SATURDAY, CHINA, worked))
    assert max((band.ends_at.strftime("%H:%M") for band in found), default="") == hours


def test_a_band_that_would_outlast_the_closing_hour_is_left_out() -> None:
    plan = opening(WEEKDAYS | {"to": "08:50"})
    assert [band.starts_at.strftime("%H:%M") for band in bands([plan], MONDAY, MONDAY, CHINA, ORDINARY)] == [
        "08:00"
    ]


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"weekdays": [7]}, "weekdays"),
        ({"weekdays": []}, "weekdays"),
        ({"to": "07:00"}, "to"),
        ({"band_minutes": 5}, "band_minutes"),
        ({"capacity": 0}, "capacity"),
        ({"from": "eight"}, "opening"),
    ],
)
def test_a_wrong_opening_names_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        opening(WEEKDAYS | wrong)
    assert refusal.value.field == field


@given(
    minutes=st.integers(15, 360),
    opens=st.integers(0, 12),
    hours=st.integers(1, 11),
    days=st.integers(0, 20),
)
def test_bands_never_overlap_and_never_leave_the_opening(
    minutes: int, opens: int, hours: int, days: int
) -> None:
    plan = opening(
        {
            "weekdays": list(range(7)),
            "from": f"{opens:02d}:00",
            "to": f"{opens + hours:02d}:00",
            "band_minutes": minutes,
            "capacity": 3,
        }
    )
    found = list(bands([plan], MONDAY, MONDAY + timedelta(days=days), CHINA, ORDINARY))
    for earlier, later in zip(found, found[1:], strict=False):
        assert earlier.ends_at <= later.starts_at
    for band in found:
        assert plan.begins <= band.starts_at.timetz().replace(tzinfo=None)
        assert band.ends_at.timetz().replace(tzinfo=None) <= plan.ends
