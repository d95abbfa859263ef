import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.questionnaires.rules.answers import check
from app.questionnaires.rules.branching import visible
from app.questionnaires.rules.definition import parse
from app.questionnaires.rules.scoring import score
from tests.questionnaires.rules.forms import documents, form, option, question, questions_of, raw_answers

FREQUENCY = [option(str(n), name, weight=n) for n, name in enumerate(["从不", "有时", "常常", "总是"])]
THREE = [question(name, "choice", answerOption=FREQUENCY) for name in "abc"]
BANDS = [{"from": 0, "code": "low", "display": "轻"}, {"from": 5, "code": "mid", "display": "中"}]


def scored(answers: dict, **rule: object):
    definition = parse(form(*THREE, scoring=[{"key": "s", "items": ["a", "b", "c"], **rule}]))
    return score(definition, answers)[0]


def test_a_sum_and_its_band():
    result = scored({"a": "3", "b": "1", "c": "1"}, bands=BANDS)
    assert (result.value, result.band.code) == (5, "mid")
    assert scored({"a": "3", "b": "1", "c": "0"}, bands=BANDS).band.code == "low"


def test_a_mean():
    assert scored({"a": "3", "b": "1", "c": "1"}, method="mean").value == 1.6667


def test_a_reversed_item_counts_from_the_other_end():
    assert scored({"a": "3", "b": "1", "c": "1"}, reverse=["a"]).value == 2


@pytest.mark.parametrize(
    "rule, value",
    [
        ({}, None),
        ({"missing": "skip", "missingAllowed": 1}, 4),
        ({"missing": "prorate", "missingAllowed": 1}, 6),
        ({"missing": "prorate", "missingAllowed": 0}, None),
        ({"missing": "skip", "missingAllowed": 1, "method": "mean"}, 2),
    ],
)
def test_a_missing_answer_follows_the_rule(rule, value):
    result = scored({"a": "3", "b": "1"}, **rule)
    assert (result.value, result.missing) == (value, ("c",))


def test_nothing_answered_has_no_score():
    result = scored({}, missing="skip", missingAllowed=3)
    assert (result.value, result.band, result.answered) == (None, None, 0)


def test_numbers_yes_and_several_choices_count():
    items = [
        question("n", "integer"),
        question("y", "boolean"),
        question("m", "choice", repeats=True, answerOption=FREQUENCY),
        question("q", "quantity", unit="kg"),
    ]
    rule = {"key": "s", "items": ["n", "y", "m", "q"]}
    answers = {"n": 4, "y": True, "m": ["1", "3"], "q": {"value": 2.5, "unit": "kg"}}
    assert score(parse(form(*items, scoring=[rule])), answers)[0].value == 4 + 1 + 4 + 2.5


def test_a_hidden_answer_is_neither_scored_nor_missing():
    hidden = question("b", "integer", enableWhen=[{"question": "a", "operator": "=", "answer": True}])
    definition = parse(form(question("a", "boolean"), hidden, scoring=[{"key": "s", "items": ["a", "b"]}]))
    assert score(definition, {"a": True, "b": 7})[0].value == 8
    closed = score(definition, {"a": False, "b": 7})[0]
    assert (closed.value, closed.missing) == (0, ())


@given(st.data(), documents())
def test_hidden_answers_never_change_a_score(data, document):
    definition, questions = parse(document), questions_of(document)
    answers: dict[str, object] = {}
    for link_id, each in questions.items():
        try:
            whatever = check(parse(form(each | {"enableWhen": []})), link_id, data.draw(raw_answers(each)))
        except Invalid:
            continue
        answers[link_id] = whatever
    shown = visible(definition, answers)
    only_visible = {link_id: answers[link_id] for link_id in shown if link_id in answers}
    assert score(definition, answers) == score(definition, only_visible)
