"""Days and hours as they are said to a patient."""

from datetime import UTC, date, datetime

import pytest

from app.core.wording import days_away, spoken_day, spoken_hour

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "hour, words",
    [(0, "凌晨 00:30"), (5, "早上 05:30"), (8, "早上 08:30"), (9, "上午 09:30"), (12, "中午 12:30"),
     (14, "下午 14:30"), (18, "晚上 18:30"), (23, "晚上 23:30")],
)  # fmt: skip
def test_the_hour_as_it_is_said(hour: int, words: str) -> None:
    assert spoken_hour(datetime(2026, 11, 30, hour, 30, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    "day, words",
    [
        (TODAY, "今天"),
        (date(2026, 11, 29), "昨天"),
        (date(2026, 11, 27), "3 天前"),
        (date(2026, 12, 1), "明天"),
        (date(2026, 12, 4), "4 天后"),
    ],
)
def test_how_far_a_day_is(day: date, words: str) -> None:
    assert days_away(day, TODAY) == words


def test_a_day_has_its_weekday_and_another_year_its_number() -> None:
    assert spoken_day(date(2026, 11, 27), TODAY) == "11月27日（周五）"
    assert spoken_day(date(2025, 11, 27), TODAY) == "2025年11月27日（周四）"
