import pytest

from app.questionnaires.rules.definition import parse
from app.questionnaires.rules.flags import fired, newly_fired
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM, form, question

DEFINITION = parse(BLOOD_PRESSURE_FORM)


def pressure(systolic: int, diastolic: int) -> dict:
    return {"bp": {"systolic": systolic, "diastolic": diastolic}}


@pytest.mark.parametrize(
    "systolic, diastolic, codes",
    [(179, 109, []), (180, 109, ["crisis"]), (179, 110, ["crisis"]), (182, 112, ["crisis"])],
)
def test_a_crisis_fires_exactly_at_180_or_110(systolic, diastolic, codes):
    assert [flag.code for flag in fired(DEFINITION, pressure(systolic, diastolic))] == codes


def test_a_flag_fires_before_the_form_is_finished_and_only_once():
    before = pressure(182, 112)
    after = before | {"symptoms": ["dizzy", "chest"]}
    assert [flag.code for flag in newly_fired(DEFINITION, before, after)] == ["danger"]
    assert newly_fired(DEFINITION, after, after) == ()


def test_a_flag_tells_the_advice_the_urgency_and_the_reason():
    flag = fired(DEFINITION, pressure(182, 112))[0]
    assert (flag.advice_key, flag.urgency, flag.reason) == ("bp_emergency", "critical", "血压达到 180/110")


def test_a_hidden_answer_fires_nothing():
    hidden = question("b", "integer", enableWhen=[{"question": "a", "operator": "=", "answer": True}])
    when = {"all": [{"question": "b", "operator": ">", "answer": 3}]}
    flag = {"code": "f", "urgency": "high", "adviceKey": "x", "reason": "原因", "when": when}
    definition = parse(form(question("a", "boolean"), hidden, flags=[flag]))
    assert fired(definition, {"a": True, "b": 4})
    assert not fired(definition, {"a": False, "b": 4})
