import pytest

from app.questionnaires.rules.definition import parse
from app.questionnaires.rules.flags import fired, newly_fired, told_now
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM, form, question

DEFINITION = parse(BLOOD_PRESSURE_FORM)
EITHER = {"any": [{"question": "symptoms", "operator": "=", "answer": code} for code in ("nausea", "chest")]}
CRISIS, DANGER = BLOOD_PRESSURE_FORM["flags"]
TWO_SYMPTOMS = parse(BLOOD_PRESSURE_FORM | {"flags": [CRISIS, DANGER | {"when": EITHER}]})


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


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        (pressure(182, 100), pressure(220, 130), ["crisis"]),
        (pressure(220, 130), pressure(185, 100), ["crisis"]),
        (pressure(128, 80), pressure(235, 140), ["crisis"]),
        (pressure(182, 100), pressure(182, 100), []),
        (pressure(182, 100), pressure(182, 104), []),
        (pressure(182, 100), pressure(128, 80), []),
        (pressure(182, 100), pressure(182, 100) | {"taking": "regular"}, []),
        ({"symptoms": ["nausea"]}, {"symptoms": ["chest"]}, ["danger"]),
        ({"symptoms": ["nausea"]}, {"symptoms": ["nausea", "chest"]}, ["danger"]),
        ({"symptoms": ["nausea", "chest"]}, {"symptoms": ["chest"]}, []),
    ],
)
def test_a_flag_is_told_again_when_what_it_rests_on_changes(before, after, codes):
    assert [flag.code for flag in told_now(TWO_SYMPTOMS, before, after)] == codes


def test_the_same_pressure_measured_anew_is_told_anew():
    high = pressure(182, 100) | {"symptoms": ["chest"]}
    assert [flag.code for flag in told_now(DEFINITION, high, high, anew="bp")] == ["crisis"]


def test_a_flag_names_the_symptoms_it_rests_on():
    answers = pressure(182, 112) | {"symptoms": ["chest", "dizzy"]}
    flags = {flag.code: flag for flag in fired(DEFINITION, answers)}
    assert flags["crisis"].signs == ()
    assert flags["danger"].signs == ("chest",)
