"""May somebody still book, cancel, be reminded or check in?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.booking.rules.desk import (
    ensure_bookable,
    ensure_cancellable,
    ensure_right_day,
    remind_at,
    shown_state,
)
from app.core.clock import CHINA
from app.core.errors import Conflict

STARTS = datetime(2026, 3, 10, 8, 0, tzinfo=CHINA)


@pytest.mark.parametrize("minutes, allowed", [(61, True), (60, True), (59, False), (-1, False)])
def test_booking_ends_an_hour_before(minutes: int, allowed: bool) -> None:
    assert _allowed(ensure_bookable, minutes) is allowed


@pytest.mark.parametrize("minutes, allowed", [(121, True), (120, True), (119, False)])
def test_cancelling_ends_two_hours_before(minutes: int, allowed: bool) -> None:
    assert _allowed(ensure_cancellable, minutes) is allowed


def test_the_reminder_is_for_the_evening_before() -> None:
    booked = STARTS - timedelta(days=5)
    assert remind_at(STARTS, booked, CHINA) == datetime(2026, 3, 9, 20, 0, tzinfo=CHINA)


@pytest.mark.parametrize("hour, minute", [(0, 0), (7, 59), (8, 0), (23, 59)])
def test_the_evening_is_the_hospitals_not_utcs(hour: int, minute: int) -> None:
    starts = datetime(2026, 3, 1, hour, minute, tzinfo=CHINA).astimezone(UTC)
    evening = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)
    assert remind_at(starts, evening - timedelta(days=3), CHINA) == evening
    assert remind_at(starts, evening - timedelta(microseconds=1), CHINA) == evening


def test_who_books_late_in_the_evening_before_is_not_reminded_again() -> None:
    assert remind_at(STARTS, datetime(2026, 3, 9, 20, 0, tzinfo=CHINA), CHINA) is None


@pytest.mark.parametrize(
    "state, day, shown",
    [
        ("booked", 9, "missed"),
        ("booked", 10, "booked"),
        ("booked", 11, "booked"),
        ("arrived", 9, "arrived"),
        ("cancelled", 9, "cancelled"),
    ],
)
def test_only_a_day_that_went_by_unused_is_missed(state: str, day: int, shown: str) -> None:
    assert shown_state(state, date(2026, 3, day), date(2026, 3, 10)) == shown


def test_the_wrong_day_is_told_with_the_right_one() -> None:
    ensure_right_day(date(2026, 3, 10), date(2026, 3, 10))
    with pytest.raises(Conflict) as refusal:
        ensure_right_day(date(2026, 3, 10), date(2026, 3, 9))
    assert refusal.value.code == "wrong_day"
    assert "3 月 10 日" in refusal.value.message


def _allowed(rule: object, minutes_before: int) -> bool:
    try:
        rule(STARTS, STARTS - timedelta(minutes=minutes_before))  # type: ignore[operator]
    except Conflict:
        return False
    return True
