from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.purposes import PURPOSES
from app.messaging.rules.channel import (
    LANES,
    MP_SUBSCRIBE,
    OA_CUSTOM,
    OA_TEMPLATE,
    Reach,
    choose_lane,
)
from app.messaging.rules.window import Window, left, left_for_automation

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
FOLLOWER = Reach(following=True, template_ready=True)
TALKING = replace(FOLLOWER, window=Window(NOW + timedelta(hours=40), 5))
SUBSCRIBER = replace(TALKING, in_mini_program=True, subscription_ready=True, long_term=True)


def lanes(reach: Reach, purpose: str = "dose") -> list[str]:
    return [lane.lane for lane in choose_lane(reach, PURPOSES[purpose], NOW).legal]


def why_not(reach: Reach, lane: str, purpose: str = "dose") -> str:
    closed = choose_lane(reach, PURPOSES[purpose], NOW).closed
    return next(each.reason for each in closed if each.lane == lane)


def test_a_dose_prefers_the_subscription_then_the_window_then_the_merged_card():
    assert lanes(SUBSCRIBER) == [MP_SUBSCRIBE, OA_CUSTOM, OA_TEMPLATE]
    assert lanes(TALKING) == [OA_CUSTOM, OA_TEMPLATE]
    assert lanes(FOLLOWER) == [OA_TEMPLATE]


def test_one_merged_card_a_day_and_no_more():
    had_one = replace(FOLLOWER, cards_today=1)
    assert lanes(had_one) == []
    assert "合并提醒" in why_not(had_one, OA_TEMPLATE)
    assert lanes(had_one, "followup_due") == [OA_TEMPLATE]


def test_a_one_time_grant_counts_until_it_is_spent():
    granted = replace(SUBSCRIBER, long_term=False, credits=1)
    assert lanes(granted)[0] == MP_SUBSCRIBE
    assert MP_SUBSCRIBE not in lanes(replace(granted, credits=0))
    assert "用完" in why_not(replace(granted, credits=0), MP_SUBSCRIBE)


@pytest.mark.parametrize(
    "used, automatic, nurse", [(0, True, True), (2, True, True), (3, False, True), (5, False, False)]
)
def test_two_messages_of_the_window_are_left_for_a_nurse(used, automatic, nurse):
    reach = replace(TALKING, window=Window(NOW + timedelta(hours=40), 5, used))
    assert (OA_CUSTOM in lanes(reach, "followup_due")) is automatic
    assert (OA_CUSTOM in lanes(reach, "nurse_message")) is nurse


def test_the_window_closes_to_the_second():
    assert OA_CUSTOM in lanes(replace(TALKING, window=Window(NOW + timedelta(seconds=1), 5)))
    assert OA_CUSTOM not in lanes(replace(TALKING, window=Window(NOW, 5)))


def test_a_purpose_keeps_to_its_own_lanes():
    assert lanes(SUBSCRIBER, "nurse_message") == [OA_CUSTOM]
    assert "不走这条路" in why_not(SUBSCRIBER, OA_TEMPLATE, "nurse_message")


def test_somebody_who_does_not_follow_is_not_reached():
    assert lanes(Reach(), "followup_due") == []
    assert why_not(Reach(), OA_TEMPLATE) == "患者没有关注服务号"


def test_a_blocked_template_is_not_used():
    assert OA_TEMPLATE not in lanes(replace(FOLLOWER, template_blocked=True))


def test_without_consent_reminders_stop_and_advice_still_goes():
    silent = replace(SUBSCRIBER, consented=False)
    assert lanes(silent, "followup_due") == []
    assert lanes(silent, "advice")[0] == OA_CUSTOM


REACHES = st.builds(
    Reach,
    following=st.booleans(),
    template_ready=st.booleans(),
    template_blocked=st.booleans(),
    cards_today=st.integers(0, 3),
    window=st.none()
    | st.builds(
        Window,
        st.floats(-100, 100).map(lambda hours: NOW + timedelta(hours=hours)),
        st.sampled_from([3, 5]),
        st.integers(0, 5),
    ),
    in_mini_program=st.booleans(),
    subscription_ready=st.booleans(),
    long_term=st.booleans(),
    credits=st.integers(0, 3),
    consented=st.booleans(),
)


@given(REACHES, st.sampled_from(sorted(PURPOSES)))
def test_no_lane_is_proposed_that_wechat_refuses(reach, purpose):
    manners = PURPOSES[purpose]
    choice = choose_lane(reach, manners, NOW)
    assert sorted(lane.lane for lane in choice.legal + choice.closed) == sorted(LANES)
    assert all(lane.reason for lane in choice.legal + choice.closed)
    legal = {lane.lane for lane in choice.legal}
    if OA_CUSTOM in legal:
        sends = left_for_automation if manners.automation else left
        assert reach.following and sends(reach.window, NOW) > 0
    if OA_TEMPLATE in legal:
        assert reach.following and reach.template_ready and not reach.template_blocked
    if MP_SUBSCRIBE in legal:
        assert reach.in_mini_program and (reach.long_term or reach.credits)
