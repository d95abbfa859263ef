from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.rules.quiet_hours import HOSPITAL_HOURS, Window, next_allowed

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def shanghai(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "now, at",
    [
        (shanghai(2, 8), shanghai(2, 8)),
        (shanghai(2, 7, 59, 59), shanghai(2, 8)),
        (shanghai(2, 20, 59, 59), shanghai(2, 20, 59, 59)),
        (shanghai(2, 21), shanghai(3, 8)),
        (shanghai(2, 23, 59), shanghai(3, 8)),
        (shanghai(3, 0), shanghai(3, 8)),
    ],
)
def test_nothing_goes_out_at_night(now, at):
    assert next_allowed(now, SHANGHAI).at == at


def test_an_urgent_message_goes_at_once_and_says_why():
    allowed = next_allowed(shanghai(2, 23), SHANGHAI, urgent_because="血压 182/112")
    assert allowed.at == shanghai(2, 23)
    assert "血压 182/112" in allowed.because


def test_an_empty_reason_is_no_urgency():
    assert next_allowed(shanghai(2, 23), SHANGHAI, urgent_because="").at == shanghai(3, 8)


EVENINGS = Window(time(18), time(22))
WEEKEND_MORNINGS = Window(time(6), time(9), frozenset({5, 6}))


@pytest.mark.parametrize(
    "now, wishes, at",
    [
        (shanghai(2, 10), [EVENINGS], shanghai(2, 18)),
        (shanghai(2, 20, 59), [EVENINGS], shanghai(2, 20, 59)),
        (shanghai(2, 21), [EVENINGS], shanghai(3, 18)),
        # 2 March 2026 is a Monday; Saturday morning from the hospital's opening at eight.
        (shanghai(2, 10), [WEEKEND_MORNINGS], shanghai(7, 8)),
        (shanghai(7, 9), [WEEKEND_MORNINGS], shanghai(8, 8)),
        (shanghai(2, 10), [WEEKEND_MORNINGS, EVENINGS], shanghai(2, 18)),
    ],
)
def test_a_patients_wish_is_kept_inside_the_hospitals_hours(now, wishes, at):
    assert next_allowed(now, SHANGHAI, wishes=wishes).at == at


def test_a_wish_outside_the_hospitals_hours_is_set_aside():
    at_night = [Window(time(22), time(23))]
    assert next_allowed(shanghai(2, 10), SHANGHAI, wishes=at_night).at == shanghai(2, 10)


MOMENTS = st.floats(0, 50_000).map(lambda hours: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
WISHES = st.lists(
    st.builds(
        Window,
        st.times().map(lambda at: at.replace(tzinfo=None)),
        st.times().map(lambda at: at.replace(tzinfo=None)),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
    max_size=3,
)


@given(MOMENTS, WISHES, st.sampled_from([SHANGHAI, NEW_YORK]))
def test_the_moment_is_never_past_never_at_night_and_stays_put(now, wishes, zone):
    allowed = next_allowed(now, zone, wishes=wishes)
    assert now <= allowed.at <= now + timedelta(days=8)
    local = allowed.at.astimezone(zone).time()
    assert HOSPITAL_HOURS.opens <= local < HOSPITAL_HOURS.closes
    assert next_allowed(allowed.at, zone, wishes=wishes).at == allowed.at
