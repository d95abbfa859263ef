"""Where a measurement becomes a danger, and how long it is one of now."""

from datetime import UTC, datetime, timedelta

import pytest

from app.records.rules.dangers import LIMITS, dangers_of, told_when, urgency_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"SBP": 180, "DBP": 80}, ["血压 180/80"]),
        ({"SBP": 150, "DBP": 110}, ["血压 150/110"]),
        ({"SBP": 179, "DBP": 109}, []),
        ({"SBP": 190}, ["高压 190"]),
        ({"HR": 40}, ["脉搏 40"]),
        ({"HR": 41}, []),
        ({"HR": 129}, []),
        ({"HR": 130}, ["脉搏 130"]),
        ({"GLU": 3.9}, ["血糖 3.9"]),
        ({"GLU": 4}, []),
        ({"RBG": 16.6}, []),
        ({"RBG": 16.7}, ["血糖 16.7"]),
        ({"PG2H": 2.8}, ["血糖 2.8"]),
        ({"TEMP": 39}, []),
        ({"TEMP": 39.1}, ["体温 39.1"]),
        ({"WEIGHT": 40}, []),
        ({"HR": 135, "SBP": 182, "DBP": 112}, ["血压 182/112", "脉搏 135"]),
    ],
)
def test_a_value_at_its_limit_is_a_danger(values: dict[str, float], told: list[str]) -> None:
    assert [danger.told for danger in dangers_of(values)] == told


@pytest.mark.parametrize(
    ("ago", "urgency"),
    [
        (timedelta(0), "critical"),
        (timedelta(hours=4), "critical"),
        (timedelta(hours=4, minutes=1), "high"),
        (timedelta(days=7), "high"),
        (timedelta(days=7, minutes=1), "normal"),
    ],
)
def test_the_longer_ago_the_less_urgent(ago: timedelta, urgency: str) -> None:
    assert urgency_of(NOW - ago, NOW) == urgency


def test_an_old_value_says_when_it_was_measured() -> None:
    (danger,) = dangers_of({"SBP": 182, "DBP": 112})
    assert told_when(danger, NOW - timedelta(days=1), NOW) == "昨天 12:00 量的血压 182/112"


def test_every_limit_names_its_source() -> None:
    assert all(limit.source.startswith("docs/") for limit in LIMITS)
