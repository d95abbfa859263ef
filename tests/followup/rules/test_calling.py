from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.followup.rules.calling import next_call_at

ZONE = ZoneInfo("Asia/Shanghai")


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "called, again",
    [
        ("2026-03-05 14:30", "2026-03-05 15:30"),
        ("2026-03-05 19:59", "2026-03-05 20:59"),
        ("2026-03-05 20:00", "2026-03-06 08:00"),
        ("2026-03-05 23:30", "2026-03-06 08:00"),
        ("2026-03-05 03:00", "2026-03-05 08:00"),
        ("2026-03-06 20:30", "2026-03-07 08:00"),
    ],
    ids=[
        "an_hour_later",
        "the_last_hour",
        "late_evening",
        "before_midnight",
        "at_night",
        "a_free_day_is_no_reason",
    ],
)
def test_what_presses_is_tried_again_in_an_hour_but_not_at_night(called: str, again: str) -> None:
    assert next_call_at(1, at(called), ZONE, pressing=True) == at(again)


def test_what_does_not_press_waits_for_the_next_workday_at_another_hour() -> None:
    assert next_call_at(1, at("2026-03-06 14:30"), ZONE) == at("2026-03-09 15:30")
    assert next_call_at(2, at("2026-03-09 15:30"), ZONE) == at("2026-03-10 18:30")


def test_three_calls_in_vain_are_the_end_even_of_what_presses() -> None:
    assert next_call_at(3, at("2026-03-05 14:30"), ZONE, pressing=True) is None
