"""Whom a health tip reaches, and who is left out and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.education.rules.audience import REASONS, Candidate, choose

REACHABLE = Candidate("p", "i", active=True, consents=True, following=True, received_this_month=0)


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"active": False, "withdrawn": True}, "withdrawn"),
        ({"active": False}, "not_active"),
        ({"consents": False}, "no_consent"),
        ({"following": False}, "not_following"),
        ({"identity_id": None}, "not_following"),
        ({"received_this_month": 4}, "month_full"),
    ],
)
def test_each_reason_leaves_out_by_itself(change: dict[str, object], reason: str) -> None:
    audience = choose([replace(REACHABLE, **change)])  # type: ignore[arg-type]
    assert (audience.reached, audience.excluded) == ((), {reason: 1})


def test_the_fourth_of_a_month_still_goes_out() -> None:
    assert choose([replace(REACHABLE, received_this_month=3)]).excluded == {}


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        patient_id=st.text(min_size=1, max_size=4),
        identity_id=st.none() | st.just("i"),
        active=st.booleans(),
        consents=st.booleans(),
        following=st.booleans(),
        received_this_month=st.integers(0, 6),
    )
)


@given(CANDIDATES)
def test_nobody_is_lost_between_reached_and_left_out(candidates: list[Candidate]) -> None:
    audience = choose(candidates)
    assert audience.total == len(candidates)
    assert set(audience.excluded) <= set(REASONS)
    assert all(one.consents and one.following and one.active for one in audience.reached)
