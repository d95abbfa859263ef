from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.alerts.rules.escalation import LADDER, escalate, role_at, why_passed_on
from app.alerts.rules.urgency import URGENCIES, Limits, answer_by, is_graver
from app.core.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "urgency, raised, by",
    [
        ("critical", shanghai(3, 2, 10), shanghai(3, 2, 10, 15)),
        ("critical", shanghai(3, 7, 23, 50), shanghai(3, 8, 0, 5)),
        ("high", shanghai(3, 2, 10), shanghai(3, 2, 12)),
        ("normal", shanghai(3, 2, 10), shanghai(3, 3, 17)),
        ("normal", shanghai(3, 2, 0, 5), shanghai(3, 3, 17)),
        # 6 March 2026 is a Friday.
        ("normal", shanghai(3, 6, 16), shanghai(3, 9, 17)),
        ("normal", shanghai(3, 7, 16), shanghai(3, 9, 17)),
    ],
)
def test_by_when_an_alert_must_be_answered(urgency, raised, by):
    assert answer_by(urgency, raised, SHANGHAI) == by


def test_from_the_top_of_the_ladder_on_the_pauses_grow():
    now, turns = shanghai(3, 2, 10, 7), []
    for level in range(8):
        now = escalate("critical", level, now, SHANGHAI).next_at
        turns.append(now.astimezone(SHANGHAI).strftime("%H:%M"))
    assert turns == ["10:22", "10:37", "11:07", "12:07", "16:00", "20:00", "00:00", "04:00"]


def test_a_normal_alert_waits_over_the_holidays():
    calendar = WorkCalendar(holidays=frozenset(date(2026, 10, day) for day in range(1, 9)))
    assert answer_by("normal", shanghai(9, 30, 10), SHANGHAI, calendar=calendar) == shanghai(10, 9, 17)


def test_a_hospital_sets_its_own_limits():
    own = Limits({"critical": timedelta(minutes=5), "high": timedelta(hours=1)}, time(12))
    assert answer_by("critical", shanghai(3, 2, 10), SHANGHAI, own) == shanghai(3, 2, 10, 5)
    assert answer_by("normal", shanghai(3, 2, 10), SHANGHAI, own) == shanghai(3, 3, 12)


def test_an_unknown_urgency_is_a_mistake():
    with pytest.raises(KeyError):
        answer_by("soon", shanghai(3, 2, 10), SHANGHAI)
    with pytest.raises(ValueError, match="not in tuple"):
        is_graver("soon", "high")


def test_the_gravity_of_urgencies():
    assert is_graver("critical", "high") and is_graver("high", "normal")
    assert not is_graver("high", "high")


def test_an_unanswered_alert_goes_from_nurse_to_doctor_to_administrator():
    now = shanghai(3, 2, 10, 15)
    first = escalate("critical", 0, now, SHANGHAI)
    assert (first.level, first.role, first.next_at) == (1, "doctor", shanghai(3, 2, 10, 30))
    second = escalate("critical", 1, now, SHANGHAI)
    assert (second.level, second.role) == (2, "administrator")


def test_an_alert_is_never_dropped_at_the_top():
    top = escalate("high", 7, shanghai(3, 2, 10), SHANGHAI)
    assert (top.level, top.role, top.next_at) == (8, "administrator", shanghai(3, 2, 12))


@pytest.mark.parametrize(
    "had, to, taken, because",
    [
        ("护士", "医生", False, "护士没有在时限内接手，转给医生"),
        ("护士", "管理员", False, "护士没有在时限内接手，转给管理员"),
        ("管理员", "管理员", False, "仍无人接手，再次提醒管理员"),
        ("护士", "医生", True, "接手后没有在时限内写下结果，转给医生"),
        ("护士", None, False, "护士没有在时限内接手，没有人可转"),
        (None, "管理员", False, "一直没有人负责，转给管理员"),
    ],
)
def test_why_it_goes_on_names_the_people_it_goes_from_and_to(had, to, taken, because):
    assert why_passed_on(had, to, taken=taken) == because


@given(
    st.sampled_from(URGENCIES),
    st.integers(0, 10_000),
    st.floats(0, 20_000).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
)
def test_the_turns_never_stop_and_never_rush(urgency, level, now):
    following = escalate(urgency, level, now, SHANGHAI)
    assert following.level == level + 1
    assert following.role == role_at(level + 1) in LADDER
    longest = timedelta(days=5) if urgency == "normal" else timedelta(hours=5)
    assert timedelta(minutes=15) <= following.next_at - now <= longest
