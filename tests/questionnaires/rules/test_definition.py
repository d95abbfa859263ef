import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.questionnaires.rules.definition import content_hash, parse
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM, documents, form, option, question

YES_NO = question("q1", "boolean")


def refused(document: object) -> Invalid:
    with pytest.raises(Invalid) as caught:
        parse(document)
    return caught.value


def test_a_document_becomes_items_in_document_order():
    definition = parse(BLOOD_PRESSURE_FORM)
    assert [item.link_id for item in definition.items][:5] == ["bp", "symptoms", "taking", "why", "life"]
    assert definition.by_link_id["weight"].parents == ("life",)
    assert definition.by_link_id["taking"].option_codes["regular"].weight == 2


def test_the_hash_follows_the_content_and_not_the_key_order():
    turned = dict(reversed(list(BLOOD_PRESSURE_FORM.items())))
    changed = copy.deepcopy(BLOOD_PRESSURE_FORM)
    changed["item"][0]["text"] = "另一句话"
    assert parse(turned).content_hash == parse(BLOOD_PRESSURE_FORM).content_hash
    assert content_hash(changed) != content_hash(BLOOD_PRESSURE_FORM)
    assert len(content_hash(changed)) == 64


@pytest.mark.parametrize(
    "items, field, code",
    [
        ([YES_NO, YES_NO], "q1", "definition_duplicate"),
        ([question("q1", "bool")], "q1", "definition_type"),
        ([question("q1", "choice")], "q1", "definition_options"),
        ([question("q1", "boolean", answerOption=[option("a", "甲")])], "q1", "definition_options"),
        (
            [question("q1", "choice", answerOption=[option("a", "甲"), option("a", "乙")])],
            "q1",
            "definition_options",
        ),
        ([question("q1", "quantity")], "q1", "definition_unit"),
        ([question("q1", "integer", min=5, max=1)], "q1", "definition_limits"),
        ([question("q1", "text", min=5)], "q1", "definition_limits"),
        ([question("q1", "date", min="2026-02-30")], "q1", "definition_limits"),
        ([question("q1", "integer", repeats=True)], "q1", "definition_repeats"),
        ([question("q1", "integer", max=5, initial=9)], "q1", "definition_initial"),
        ([question("q1", "boolean", colour="red")], "q1", "document_unknown_key"),
        ([question("q1", "boolean", required="yes")], "q1", "document_flag"),
        ([question("q1", "boolean", item=[question("q2", "boolean")])], "q1", "definition_nesting"),
        ([question("g", "group", required=True), YES_NO], "g", "definition_required"),
        ([question("g", "display")], "item", "definition_empty"),
        ([], "item", "definition_empty"),
        (["q1"], "item", "document_shape"),
        ([{"linkId": "q1", "type": "boolean"}], "q1", "document_missing"),
    ],
)
def test_a_faulty_item_is_refused_by_its_link_id(items, field, code):
    error = refused(form(*items))
    assert (error.field, error.code) == (field, code)
    assert field in error.message


@pytest.mark.parametrize(
    "condition",
    [
        {"question": "q9", "operator": "=", "answer": True},
        {"question": "q2", "operator": "=", "answer": True},
        {"question": "q1", "operator": "~", "answer": True},
        {"question": "q1", "operator": ">", "answer": True},
        {"question": "q1", "operator": "exists", "answer": "yes"},
        {"question": "q1", "operator": "=", "answer": "maybe"},
        {"question": "q1", "operator": "="},
        {"question": "q1.systolic", "operator": ">=", "answer": 180},
        {"question": "q1", "operator": "=", "answer": True, "note": "?"},
    ],
)
def test_a_faulty_condition_names_the_question_it_hides(condition):
    error = refused(form(YES_NO, question("q2", "boolean", enableWhen=[condition])))
    assert error.field == "q2"


def test_a_condition_on_a_blood_pressure_must_say_which_number():
    bare = {"question": "bp", "operator": ">=", "answer": 180}
    error = refused(form(question("bp", "blood-pressure"), question("q2", "boolean", enableWhen=[bare])))
    assert "bp.systolic" in error.message


@pytest.mark.parametrize(
    "scoring",
    [
        {"key": "s", "items": []},
        {"key": "s", "items": ["q1", "q1"]},
        {"key": "s", "items": ["nowhere"]},
        {"key": "s", "items": ["note"]},
        {"key": "s", "items": ["q1"], "method": "median"},
        {"key": "s", "items": ["q1"], "missing": "guess"},
        {"key": "s", "items": ["q1"], "missingAllowed": -1},
        {"key": "s", "items": ["open"], "reverse": ["open"]},
        {"key": "s", "items": ["q1"], "bands": [{"from": 5, "code": "b", "display": "重"}] * 2},
        {"key": "s", "items": ["q1"], "bands": [{"code": "b", "display": "重"}]},
    ],
)
def test_a_faulty_score_is_refused_by_its_key(scoring):
    items = (YES_NO, question("note", "text"), question("open", "integer"))
    error = refused(form(*items, scoring=[scoring]))
    assert (error.field, error.code) == ("s", "definition_scoring")


def test_a_flag_needs_a_known_urgency_and_a_condition():
    flag = {"code": "f", "urgency": "soon", "adviceKey": "a", "reason": "原因", "when": {"any": []}}
    assert refused(form(YES_NO, flags=[flag])).field == "f"
    assert refused(form(YES_NO, flags=[flag | {"urgency": "high"}])).field == "f"


def test_one_word_may_mean_only_one_thing_in_the_chat():
    first = question("a", "integer", aliases=["体重"])
    second = question("b", "integer", aliases=["体重"])
    assert refused(form(first, second)).code == "definition_aliases"


@given(documents())
def test_every_sound_random_document_is_accepted(document):
    assert parse(document).items


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["linkId", "type", "text", "item", "min", "unit", "answerOption", "enableWhen", "initial"]
)


@given(st.dictionaries(KEYS, JSON, max_size=9), JSON, JSON)
def test_no_document_crashes_the_reader(item, scoring, flags):
    for document in (form(item, scoring=scoring, flags=flags), form(YES_NO | item), item, [item]):
        try:
            parse(document)
        except Invalid as refusal:
            assert refusal.message
