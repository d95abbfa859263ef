from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.rules.retry import Failure, Next, backoff, decide

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
KINDS = [
    *("transient", "unknown", "token", "recipient_gone", "no_consent", "recipient_wrong", "content"),
    *("template", "quota", "gateway", "request_bug"),
]


def failure(kind: str, lane: str = "oa_template", tries: int = 1, minutes: float = 0, **more) -> Failure:
    return Failure(kind, lane, tries, NOW - timedelta(minutes=minutes), NOW + timedelta(hours=24), **more)


def action(*given, **more) -> Next:
    return decide(failure(*given, **more), NOW, 0.5).action


@pytest.mark.parametrize(
    "kind, expected",
    [
        ("transient", Next.AGAIN),
        ("token", Next.AGAIN),
        ("recipient_gone", Next.NEXT_LANE),
        ("no_consent", Next.NEXT_LANE),
        ("recipient_wrong", Next.NEXT_LANE),
        ("content", Next.GIVE_UP),
        ("template", Next.HOLD),
        ("quota", Next.HOLD),
        ("gateway", Next.HOLD),
        ("request_bug", Next.GIVE_UP),
        ("never_heard_of", Next.GIVE_UP),
    ],
)
def test_each_class_has_its_own_answer(kind, expected):
    assert action(kind) is expected


def test_the_pause_doubles_up_to_ten_minutes():
    assert [backoff(n, 1).total_seconds() for n in (1, 2, 3, 7, 8, 100)] == [5, 10, 20, 320, 600, 600]
    assert backoff(1, 0).total_seconds() == 2.5


def test_a_busy_platform_is_left_after_the_eighth_call():
    assert action("transient", tries=7) is Next.AGAIN
    assert action("transient", tries=8) is Next.NEXT_LANE


def test_an_uncertain_send_is_repeated_only_while_wechat_remembers_it():
    assert action("unknown", minutes=0) is Next.AGAIN
    assert action("unknown", minutes=8.9) is Next.AGAIN
    assert action("unknown", minutes=9) is Next.WAIT_FOR_EVENT
    assert action("unknown", minutes=60) is Next.WAIT_FOR_EVENT


@pytest.mark.parametrize("lane", ["mp_subscribe", "oa_custom"])
def test_a_lane_without_client_msg_id_is_never_repeated_in_doubt(lane):
    assert action("unknown", lane) is Next.WAIT_FOR_EVENT


def test_a_token_that_stays_bad_stops_the_sender():
    assert action("token", tries=3) is Next.HOLD


def test_a_spent_quota_waits_for_beijings_midnight():
    decision = decide(failure("quota"), NOW, 0)
    assert decision.at == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)


def test_a_spent_reply_window_takes_another_lane():
    assert action("quota", "oa_custom") is Next.NEXT_LANE


@pytest.mark.parametrize("lane, kind", [("oa_template", "template"), ("mp_subscribe", "quota")])
def test_an_urgent_message_leaves_a_broken_lane_for_a_while(lane, kind):
    assert action(kind, lane, urgent=True) is Next.SET_ASIDE
    assert action(kind, lane) is Next.HOLD


@pytest.mark.parametrize("kind", ["token", "gateway"])
def test_what_every_lane_lacks_is_waited_for(kind):
    assert action(kind, tries=3, urgent=True) is Next.HOLD


def test_a_repeat_past_its_use_expires():
    soon = Failure("quota", "oa_template", 1, NOW, NOW + timedelta(hours=14))
    assert decide(soon, NOW, 0).action is Next.EXPIRE


@given(
    st.sampled_from(KINDS),
    st.sampled_from(["oa_template", "mp_subscribe", "oa_custom"]),
    st.integers(1, 50),
    st.floats(0, 5000),
    st.floats(0, 1),
)
def test_a_message_is_never_repeated_in_doubt_and_never_after_its_use(kind, lane, tries, minutes, jitter):
    failed = failure(kind, lane, tries, minutes)
    decision = decide(failed, NOW, jitter)
    assert decision.reason
    if decision.at is not None:
        assert NOW < decision.at < failed.expires_at
    if kind == "unknown" and decision.action is Next.AGAIN:
        assert decision.at <= failed.first_called_at + timedelta(minutes=10)
