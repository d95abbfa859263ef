from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.medication.rules.doses import FREQUENCIES, ensure_entered_days, moments, read_times, regimen

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)


def shanghai(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def days_of(frequency: str, until: int = 16) -> list[int]:
    drawn = moments(regimen(frequency, MONDAY), shanghai(1), shanghai(until), SHANGHAI)
    return sorted({moment.astimezone(SHANGHAI).day for moment in drawn})


def test_every_morning_at_eight():
    drawn = moments(regimen("qd", MONDAY), shanghai(2), shanghai(5), SHANGHAI)
    assert drawn == [datetime(2026, 3, day, 0, 0, tzinfo=UTC) for day in (2, 3, 4)]


@pytest.mark.parametrize(
    "frequency, days",
    [
        ("qd", [*range(2, 16)]),
        ("qod", [2, 4, 6, 8, 10, 12, 14]),
        ("q3d", [2, 5, 8, 11, 14]),
        ("qw", [2, 9]),
        ("biw", [2, 5, 9, 12]),
        ("tiw", [2, 4, 6, 9, 11, 13]),
    ],
)
def test_the_days_of_each_frequency(frequency, days):
    assert days_of(frequency) == days


@pytest.mark.parametrize(
    "frequency, count", [("qd", 1), ("bid", 2), ("tid", 3), ("qid", 4), ("q4h", 6), ("q8h", 3)]
)
def test_how_often_a_day(frequency, count):
    assert len(moments(regimen(frequency, MONDAY), shanghai(4, 1), shanghai(5, 1), SHANGHAI)) == count


def test_every_other_day_is_counted_from_the_first_dose():
    odd = regimen("qod", MONDAY + timedelta(days=1))
    assert moments(odd, shanghai(1), shanghai(6), SHANGHAI)[0].astimezone(SHANGHAI).day == 3


def test_the_bounds_take_each_dose_exactly_once():
    plan = regimen("qd", MONDAY)
    eight = shanghai(3, 8)
    assert eight in moments(plan, eight - timedelta(seconds=1), eight, SHANGHAI)
    assert eight not in moments(plan, eight, eight + timedelta(hours=1), SHANGHAI)


def test_the_first_and_the_last_day_belong_to_the_regimen():
    plan = regimen("bid", MONDAY, date(2026, 3, 3))
    drawn = moments(plan, shanghai(1), shanghai(9), SHANGHAI)
    assert drawn[0] == shanghai(2, 8)
    assert drawn[-1] == shanghai(3, 20)
    assert len(drawn) == 4


def test_the_times_can_be_edited():
    plan = regimen("bid", MONDAY, times=["6:30", "18：30"])
    assert plan.times == (time(6, 30), time(18, 30))


@pytest.mark.parametrize(
    "given_, code",
    [
        (("qx", MONDAY), "unknown_frequency"),
        (("prn", MONDAY), "as_needed"),
        (("bid", MONDAY, None, ["08:00"]), "dose_times"),
        (("bid", MONDAY, None, ["08:00", "8:00"]), "dose_times"),
        (("qd", MONDAY, None, []), "dose_times"),
        (("qd", MONDAY, None, ["24:00"]), "dose_time"),
        (("qd", MONDAY, None, ["早上"]), "dose_time"),
    ],
)
def test_a_faulty_regimen_is_refused(given_, code):
    with pytest.raises(Invalid) as caught:
        regimen(*given_)
    assert caught.value.code == code


YEAR = timedelta(days=366)


@pytest.mark.parametrize(
    "start_on, end_on",
    [
        (MONDAY, None),
        (MONDAY, MONDAY),
        (MONDAY - 50 * YEAR, None),
        (MONDAY + YEAR, None),
        (MONDAY - timedelta(days=9), MONDAY),
        (MONDAY, MONDAY + 10 * YEAR),
    ],
)
def test_the_days_of_a_prescription(start_on, end_on):
    ensure_entered_days(start_on, end_on, MONDAY)


@pytest.mark.parametrize(
    "start_on, end_on, code, field",
    [
        (date.min, None, "start_on", "start_on"),
        (date.max, None, "start_on", "start_on"),
        (MONDAY - 50 * YEAR - timedelta(days=1), None, "start_on", "start_on"),
        (MONDAY + YEAR + timedelta(days=1), None, "start_on", "start_on"),
        (MONDAY, MONDAY - timedelta(days=1), "end_before_start", "end_on"),
        (MONDAY - timedelta(days=9), MONDAY - timedelta(days=1), "end_past", "end_on"),
        (MONDAY, MONDAY + 10 * YEAR + timedelta(days=1), "end_on", "end_on"),
        (MONDAY, date.max, "end_on", "end_on"),
    ],
)
def test_days_that_no_prescription_has(start_on, end_on, code, field):
    with pytest.raises(Invalid) as caught:
        ensure_entered_days(start_on, end_on, MONDAY)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_the_shipped_times_are_sound():
    for frequency in FREQUENCIES.values():
        assert len(read_times(frequency.times)) == len(frequency.times)
        assert frequency.chinese


def test_a_time_the_clock_skips_is_not_lost_and_one_that_comes_twice_is_taken_once():
    plan = regimen("qd", date(2026, 1, 1), times=["02:30"])
    spring = moments(plan, datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 5, tzinfo=UTC), NEW_YORK)
    assert spring == [datetime(2026, 3, 8, 7, 30, tzinfo=UTC)]
    twice = regimen("qd", date(2026, 1, 1), times=["01:30"])
    autumn = moments(
        twice, datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 4, tzinfo=UTC), NEW_YORK
    )
    assert autumn == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


@given(
    st.sampled_from(sorted(FREQUENCIES)),
    st.sampled_from([SHANGHAI, NEW_YORK]),
    st.lists(st.integers(0, 24 * 400), min_size=2, max_size=6).map(sorted),
)
def test_drawing_in_pieces_gives_the_same_doses(frequency, zone, hours):
    plan = regimen(frequency, date(2026, 1, 10), date(2026, 12, 20))
    cuts = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in hours]
    whole = moments(plan, cuts[0], cuts[-1], zone)
    pieces = [moment for a, b in zip(cuts, cuts[1:], strict=False) for moment in moments(plan, a, b, zone)]
    assert pieces == whole
    assert len(set(whole)) == len(whole)
