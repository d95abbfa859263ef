"""WeChat's customer-service window, at its edges."""

from datetime import UTC, datetime, timedelta

import pytest

from app.messaging.rules.window import left, left_for_automation, opened_by, spent

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("act", "allowed", "lasts"),
    [
        ("message", 5, timedelta(hours=48)),
        ("menu", 3, timedelta(minutes=1)),
        ("follow", 3, timedelta(minutes=1)),
        ("scan", 3, timedelta(minutes=1)),
    ],
)
def test_an_act_opens_a_window_until_its_deadline(act: str, allowed: int, lasts: timedelta) -> None:
    window = opened_by(act, NOON)
    assert left(window, NOON) == allowed
    assert left(window, NOON + lasts - MOMENT) == allowed
    assert left(window, NOON + lasts) == 0


def test_an_unknown_act_opens_nothing() -> None:
    with pytest.raises(KeyError):
        opened_by("view", NOON)


def test_sends_use_the_window_up() -> None:
    window = opened_by("message", NOON)
    assert [left(spent(window, sends), NOON) for sends in range(7)] == [5, 4, 3, 2, 1, 0, 0]


def test_automation_leaves_two_sends_to_a_nurse() -> None:
    window = opened_by("message", NOON)
    assert [left_for_automation(spent(window, sends), NOON) for sends in range(6)] == [3, 2, 1, 0, 0, 0]


def test_a_one_minute_window_is_automations_alone() -> None:
    assert left_for_automation(opened_by("follow", NOON), NOON) == 3


def test_nobody_who_never_acted_has_a_window() -> None:
    assert left(None, NOON) == left_for_automation(None, NOON) == 0
