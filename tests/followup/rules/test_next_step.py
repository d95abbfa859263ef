from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.followup.rules.next_step import next_step
from app.followup.rules.pathway_document import parse_pathway
from tests.followup.rules.test_pathway import DOCUMENT

NODE = parse_pathway(DOCUMENT).nodes[0]
SENT = datetime(2026, 3, 3, 1, tzinfo=UTC)


def step(hours: float, taken: int = 1, answered: bool = False):
    return next_step(NODE, SENT, answered, SENT + timedelta(hours=hours), taken)


@pytest.mark.parametrize(
    "hours, taken, action, due",
    [
        (0, 0, "message", True),
        (1, 1, "other_lane", False),
        (24, 1, "other_lane", True),
        (23.99, 1, "other_lane", False),
        (30, 2, "call_task", False),
        (48, 2, "call_task", True),
        (100, 3, "escalate", True),
    ],
)
def test_an_unanswered_contact_climbs_its_ladder(hours, taken, action, due):
    found = step(hours, taken)
    assert (found.rung.action, found.due) == (action, due)


def test_an_answer_ends_the_ladder():
    assert step(50, answered=True) is None


def test_the_ladder_has_an_end():
    assert step(500, taken=4) is None


def test_after_a_standstill_only_the_last_overdue_rung_is_taken():
    found = step(60, taken=1)
    assert (found.rung.action, found.index, found.at) == ("call_task", 2, SENT + timedelta(hours=48))


@given(st.floats(0, 500), st.integers(0, 4))
def test_no_rung_is_taken_twice_or_early(hours, taken):
    found = step(hours, taken)
    if found is not None:
        assert found.index >= taken
        assert found.due is (found.at <= SENT + timedelta(hours=hours))
