"""A day of reminders is one line of an alert's history."""

from datetime import UTC, datetime, timedelta

import pytest

from app.alerts.rules.history import Happening, told, whose_time_ran_out

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def step(what: str, minutes: int, because: str, *names: str) -> Happening:
    at = NOW + timedelta(minutes=minutes)
    return Happening(what, because, names, at, at)


def test_what_repeats_is_one_line_with_its_first_and_last_time_and_everybody_it_went_to():
    climbing = step("escalated", 15, "护士没有在时限内接手，转给医生", "张伟")
    again = [
        step("escalated", 15 * turn, "仍无人接手，再次提醒管理员", ("甲", "乙")[turn % 2])
        for turn in range(2, 98)
    ]
    last, middle, first = told([step("raised", 0, "患者提到胸痛", "李芳"), climbing, *again])
    assert (last.times, last.names) == (96, ("甲", "乙"))
    assert (last.first_at, last.last_at) == (again[0].first_at, again[-1].first_at)
    assert (middle.times, first.what) == (1, "raised")


def test_what_lies_between_parts_two_that_say_the_same():
    steps = [step("again", 0, "患者提到胸痛"), step("noted", 1, "没人接"), step("again", 2, "患者提到胸痛")]
    assert [each.what for each in told(steps)] == ["again", "noted", "again"]


RAISED, TOOK, CLIMBED = ("raised", "李芳"), ("acknowledged", "李芳"), ("escalated", "周敏")


@pytest.mark.parametrize(
    "steps, who",
    [
        ([RAISED], None),
        ([RAISED, CLIMBED], None),
        ([RAISED, TOOK, CLIMBED], "李芳"),
        ([RAISED, TOOK, CLIMBED, CLIMBED], "李芳"),
        ([RAISED, TOOK, CLIMBED, ("acknowledged", "周敏"), ("escalated", "李芳")], "周敏"),
        ([RAISED, TOOK, CLIMBED, RAISED, CLIMBED], None),
        ([RAISED, TOOK, ("handed", "陈立"), CLIMBED], None),
    ],
)
def test_it_is_known_whose_time_ran_out(steps: list[tuple[str, str]], who: str | None) -> None:
    assert whose_time_ran_out(steps) == who
