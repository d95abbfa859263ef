import copy
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.followup.rules.pathway import after_result, occurrences, schedule
from app.followup.rules.pathway_document import parse_pathway
from app.followup.rules.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
VISIT = {
    "key": "visit",
    "title": "血压随访",
    "purpose": "看看血压控制得怎么样",
    "anchor": "enrolled",
    "offset": {"days": 1},
    "window": {"days": 3},
    "content": {"kind": "form", "code": "hypertension_followup"},
    "executor": "nurse",
    "at": "09:00",
    "ladder": [
        {"after_hours": 0, "action": "message"},
        {"after_hours": 24, "action": "other_lane"},
        {"after_hours": 48, "action": "call_task"},
        {"after_hours": 96, "action": "escalate", "role": "head_nurse"},
    ],
}
MONTHLY = VISIT | {"key": "monthly", "offset": {}, "repeat": {"every": {"months": 1}, "times": 4}}
DOCUMENT = {
    "code": "demo",
    "version": 1,
    "title": "示例路径",
    "nodes": [VISIT, MONTHLY, VISIT | {"key": "next", "anchor": "result", "prefer": "workday"}],
    "after_result": {"node": "next", "offsets": {"controlled": {"months": 3}, "refer": {"days": 14}}},
}
PATHWAY = parse_pathway(DOCUMENT)


def test_a_node_goes_out_at_nine_in_the_hospitals_zone():
    due = occurrences(PATHWAY.nodes[0], date(2026, 3, 2), SHANGHAI, date(2026, 12, 31))[0]
    assert due.due_at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert due.closes_at == datetime(2026, 3, 6, 15, 59, 59, tzinfo=UTC)


def test_a_monthly_node_is_counted_from_the_anchor():
    dues = occurrences(PATHWAY.nodes[1], date(2026, 1, 31), SHANGHAI, date(2026, 12, 31))
    assert [due.due_on for due in dues] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert [due.occurrence for due in dues] == [0, 1, 2, 3]


def test_nothing_beyond_the_horizon_is_planned():
    assert len(occurrences(PATHWAY.nodes[1], date(2026, 1, 31), SHANGHAI, date(2026, 3, 30))) == 2


def test_the_schedule_is_in_order_of_time_and_needs_the_anchor():
    dues = schedule(PATHWAY, {"enrolled": date(2026, 1, 31)}, SHANGHAI, date(2026, 12, 31))
    assert [due.due_at for due in dues] == sorted(due.due_at for due in dues)
    assert {due.node_key for due in dues} == {"visit", "monthly"}


@pytest.mark.parametrize(
    "outcome, day",
    # 14 March 2026 is a Saturday: the two weeks are a limit, so the visit moves to the Friday before.
    [("refer", date(2026, 3, 13)), ("controlled", date(2026, 5, 28))],
)
def test_the_next_contact_follows_the_outcome_and_never_passes_its_limit(outcome, day):
    due = after_result(PATHWAY, outcome, date(2026, 2, 28), SHANGHAI, WorkCalendar())
    assert (due.node_key, due.due_on) == ("next", day)


def test_an_outcome_the_pathway_does_not_know_plans_nothing():
    assert after_result(PATHWAY, "cured", date(2026, 2, 28), SHANGHAI) is None


def changed(**node: object) -> dict:
    document = copy.deepcopy(DOCUMENT)
    document["nodes"][0] |= node
    return document


@pytest.mark.parametrize(
    "document, field",
    [
        (changed(anchor="born"), "visit"),
        (changed(at="9点"), "visit"),
        (changed(offset={"weeks": 1}), "visit"),
        (changed(offset={"days": -1}), "visit"),
        (changed(content={"kind": "video", "code": "x"}), "visit"),
        (changed(purpose=""), "visit"),
        (changed(colour="red"), "visit"),
        (changed(repeat={"every": {}}), "visit"),
        (
            changed(
                ladder=[{"after_hours": 2, "action": "message"}, {"after_hours": 1, "action": "message"}]
            ),
            "visit",
        ),
        (changed(ladder=[{"action": "message"}]), "visit"),
        (changed(ladder=[{"after_hours": 2, "action": "escalate"}]), "visit"),
        (changed(ladder=[{"after_hours": 2, "action": "shout"}]), "visit"),
        (changed(key="monthly"), "nodes"),
        (DOCUMENT | {"after_result": {"node": "nowhere", "offsets": {}}}, "after_result"),
        (DOCUMENT | {"nodes": []}, "nodes"),
    ],
)
def test_a_faulty_pathway_is_refused_by_its_node(document, field):
    with pytest.raises(Invalid) as caught:
        parse_pathway(document)
    assert caught.value.field == field


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sampled_from(["any", "workday", "weekend"]))
def test_every_occurrence_stays_before_its_window_closes(anchor, wish):
    node = parse_pathway(changed(prefer=wish, repeat={"every": {"months": 1}})).nodes[0]
    dues = occurrences(node, anchor, SHANGHAI, date(2036, 1, 1))
    assert all(due.due_at < due.closes_at for due in dues)
    assert len({due.due_at for due in dues}) == len(dues)
