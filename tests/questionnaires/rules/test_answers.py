import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.questionnaires.rules.answers import check, check_all
from app.questionnaires.rules.definition import parse
from tests.questionnaires.rules.forms import (
    BLOOD_PRESSURE_FORM,
    KINDS,
    documents,
    form,
    option,
    question,
    questions_of,
    raw_answers,
)

DEFINITION = parse(BLOOD_PRESSURE_FORM)
DIARY = parse(
    form(
        question("day", "date", min="2026-01-01", max="2026-12-31"),
        question("age", "integer", min=0, max=120),
        question("sugar", "decimal", min=0.6, max=50),
        question("name", "string", maxLength=4),
        question("smokes", "boolean"),
    )
)


def refusal(definition, link_id: str, raw: object, answers: dict | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        check(definition, link_id, raw, answers or {})
    assert caught.value.field == link_id
    return caught.value.code


@pytest.mark.parametrize("raw", ["138/86", " 138 / 86 mmHg ", {"systolic": 138, "diastolic": "86"}])
def test_a_blood_pressure_is_two_numbers(raw):
    assert check(DEFINITION, "bp", raw) == {"systolic": 138, "diastolic": 86}


@pytest.mark.parametrize(
    "raw, code",
    [
        ("86/138", "blood_pressure_order"),
        ("120/120", "blood_pressure_order"),
        ("39/30", "blood_pressure_range"),
        ("301/90", "blood_pressure_range"),
        ("138/19", "blood_pressure_range"),
        ("138.5/86", "blood_pressure_range"),
        ("18/12", "blood_pressure_unit"),
        ("18.2/12.1", "blood_pressure_unit"),
        ("138", "blood_pressure_shape"),
        (138, "blood_pressure_shape"),
        ({"systolic": 138}, "blood_pressure_shape"),
        ({"systolic": True, "diastolic": 86}, "blood_pressure_shape"),
        ({"systolic": float("nan"), "diastolic": 86}, "blood_pressure_range"),
        (None, "empty_answer"),
    ],
)
def test_an_impossible_blood_pressure_is_refused(raw, code):
    assert refusal(DEFINITION, "bp", raw) == code


@pytest.mark.parametrize(
    ("told", "doubt"),
    [
        ("13/86", "高压 13 太低了，是不是少按了一位？"),
        ("18/112", "高压 18 太低了，是不是少按了一位？"),
        ("138/8", "低压 8 太低了，是不是少按了一位？"),
        ({"systolic": "1382", "diastolic": "86"}, "高压 1382 太高了，是不是多按了一位？"),
    ],
)
def test_a_digit_too_few_or_too_many_is_asked_back_as_that(told, doubt):
    with pytest.raises(Invalid, match=doubt) as refused:
        check(DEFINITION, "bp", told)
    assert refused.value.code == "blood_pressure_range"


def test_nothing_measured_is_an_answer_only_where_the_form_allows_it():
    way_out = {"code": "not_measured", "display": "没有量"}
    allowing = parse(form(question("bp", "blood-pressure", required=True, notMeasured=way_out)))
    nothing = {"absent": "not_measured"}
    assert check(allowing, "bp", nothing) == nothing
    assert check_all(allowing, {"bp": nothing}).problems == ()
    assert refusal(DEFINITION, "bp", nothing) == "blood_pressure_shape"


def test_kilopascals_are_named_and_the_right_unit_is_told():
    with pytest.raises(Invalid, match="像是kPa.*请填mmHg"):
        check(DEFINITION, "bp", "18/12")


def test_the_limits_of_a_blood_pressure_are_accepted():
    assert check(DEFINITION, "bp", "300/200") and check(DEFINITION, "bp", "40/20")


@pytest.mark.parametrize(
    "link_id, raw, stored",
    [
        ("day", "2026-01-01", "2026-01-01"),
        ("age", "65", 65),
        ("age", 65.0, 65),
        ("sugar", "7.2", 7.2),
        ("name", " 王芳 ", "王芳"),
        ("smokes", False, False),
    ],
)
def test_a_sound_answer_is_stored_in_one_form(link_id, raw, stored):
    value = check(DIARY, link_id, raw)
    assert value == stored and type(value) is type(stored)


@pytest.mark.parametrize(
    "link_id, raw, code",
    [
        ("day", "2026-02-30", "out_of_range"),
        ("day", "2025-12-31", "out_of_range"),
        ("day", "2027-01-01", "out_of_range"),
        ("day", "01/03/2026", "wrong_type"),
        ("day", "２０２６-03-01", "wrong_type"),
        ("age", 121, "out_of_range"),
        ("age", -1, "out_of_range"),
        ("age", 6.5, "wrong_type"),
        ("age", True, "wrong_type"),
        ("age", [65], "wrong_type"),
        ("sugar", float("inf"), "out_of_range"),
        ("sugar", float("nan"), "wrong_type"),
        ("sugar", 10**400, "out_of_range"),
        ("sugar", "7,2", "wrong_type"),
        ("name", "太长的名字", "too_long"),
        ("name", "   ", "empty_answer"),
        ("name", "\u0000", "empty_answer"),
        ("name", 5, "wrong_type"),
        ("smokes", "yes", "wrong_type"),
        ("smokes", 1, "wrong_type"),
    ],
)
def test_a_faulty_answer_is_refused_by_its_question(link_id, raw, code):
    assert refusal(DIARY, link_id, raw) == code


def test_an_unknown_question_a_heading_and_a_hidden_one_take_no_answer():
    assert refusal(DEFINITION, "ghost", 1) == "unknown_question"
    assert refusal(DEFINITION, "life", 1) == "not_a_question"
    assert refusal(DEFINITION, "why", "forgot") == "hidden_question"
    assert check(DEFINITION, "why", "forgot", {"taking": "never"}) == "forgot"


def test_a_weight_may_be_told_in_jin_and_no_foreign_unit_passes():
    assert check(DEFINITION, "weight", {"value": "137", "unit": "斤"}) == {"value": 68.5, "unit": "kg"}
    assert check(DEFINITION, "weight", 68.5) == {"value": 68.5, "unit": "kg"}
    assert refusal(DEFINITION, "weight", {"value": 150, "unit": "lb"}) == "unknown_unit"
    assert refusal(DEFINITION, "weight", {"value": 1000, "unit": "斤"}) == "out_of_range"
    assert refusal(DEFINITION, "weight", {"unit": "kg"}) == "wrong_type"


def test_several_choices_are_stored_in_the_order_of_the_form():
    assert check(DEFINITION, "symptoms", ["nausea", "dizzy", "dizzy"]) == ["dizzy", "nausea"]
    assert check(DEFINITION, "symptoms", "dizzy") == ["dizzy"]
    assert refusal(DEFINITION, "symptoms", ["dizzy", "toothache"]) == "unknown_option"
    assert refusal(DEFINITION, "symptoms", []) == "empty_answer"
    assert refusal(DEFINITION, "taking", ["regular"]) == "unknown_option"


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (["none", "dizzy"], ["dizzy"]),
        (["chest", "none"], ["chest"]),
        (["none", "none"], ["none"]),
        (["none"], ["none"]),
    ],
)
def test_nothing_wrong_never_silences_a_complaint(chosen, kept):
    assert check(DEFINITION, "symptoms", chosen) == kept


def test_neither_does_it_silence_own_words_nor_stand_beside_another_of_its_kind():
    options = [option("none", "没有", exclusive=True), option("unknown", "不知道", exclusive=True)]
    both = parse(form(question("q", "open-choice", repeats=True, answerOption=options)))
    assert check(both, "q", ["none", {"other": "胸口疼"}]) == [{"other": "胸口疼"}]
    assert refusal(both, "q", ["none", "unknown"]) == "exclusive_option"


def test_an_open_choice_takes_the_patients_own_words():
    assert check(DEFINITION, "why", {"other": " 搬家了 "}, {"taking": "never"}) == {"other": "搬家了"}
    assert refusal(DEFINITION, "taking", {"other": "别的"}) == "unknown_option"


def test_a_whole_response_names_every_problem_and_keeps_what_counts():
    checked = check_all(DEFINITION, {"bp": "18/12", "taking": "regular", "why": "forgot", "ghost": 1})
    named = {problem.field: problem.code for problem in checked.problems}
    assert named == {
        "ghost": "unknown_question",
        "bp": "blood_pressure_unit",
        "symptoms": "required",
        "why": "hidden_question",
    }
    assert checked.values == {"taking": "regular"}


def test_a_complete_response_has_no_problems():
    checked = check_all(DEFINITION, {"bp": "138/86", "symptoms": ["none"], "taking": "regular"})
    assert not checked.problems
    assert list(checked.values) == ["bp", "symptoms", "taking"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["systolic", "diastolic", "value", "unit", "other"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
EVERY_KIND = parse(
    form(
        question("bp", "blood-pressure"),
        *(
            question(
                kind,
                kind,
                **({"answerOption": [option("a", "甲")], "repeats": True} if "choice" in kind else {}),
            )
            | ({"unit": "kg"} if kind == "quantity" else {})
            for kind in KINDS
        ),
    )
)


@given(st.sampled_from(["bp", *KINDS]), ANYTHING)
def test_no_input_crashes_and_what_is_stored_stores_again_the_same(link_id, raw):
    try:
        stored = check(EVERY_KIND, link_id, raw)
    except Invalid as wrong:
        assert wrong.field == link_id
    else:
        assert check(EVERY_KIND, link_id, stored) == stored


@given(st.data(), documents())
def test_a_response_given_question_by_question_equals_one_given_at_once(data, document):
    definition, questions = parse(document), questions_of(document)
    raw = {
        link_id: data.draw(raw_answers(each))
        for link_id, each in questions.items()
        if data.draw(st.booleans())
    }
    draft: dict[str, object] = {}
    for item in definition.items:
        if item.link_id in raw:
            try:
                draft[item.link_id] = check(definition, item.link_id, raw[item.link_id], draft)
            except Invalid as wrong:
                assert wrong.code in ("hidden_question", "exclusive_option", "empty_answer")
    assert check_all(definition, raw).values == draft
