from hypothesis import given
from hypothesis import strategies as st

from app.questionnaires.rules.branching import (
    next_question,
    previous_question,
    progress,
    visible,
    visible_answers,
    visible_questions,
)
from app.questionnaires.rules.definition import parse
from tests.questionnaires.rules.forms import (
    BLOOD_PRESSURE_FORM,
    documents,
    form,
    option,
    question,
    questions_of,
    raw_answers,
)

DEFINITION = parse(BLOOD_PRESSURE_FORM)


def shown(*conditions: dict, behavior: str = "all", answers: dict, kind: str = "integer") -> bool:
    last = question("last", "boolean", enableWhen=list(conditions), enableBehavior=behavior)
    definition = parse(form(question("a", kind), question("b", "boolean"), last))
    return "last" in visible(definition, answers)


def test_why_is_asked_only_when_medicine_is_not_taken_regularly():
    assert "why" not in visible(DEFINITION, {})
    assert "why" not in visible(DEFINITION, {"taking": "regular"})
    assert "why" in visible(DEFINITION, {"taking": "sometimes"})


def test_every_operator():
    for sign, answer, below, at, above in [
        (">", 5, False, False, True),
        ("<", 5, True, False, False),
        (">=", 5, False, True, True),
        ("<=", 5, True, True, False),
        ("=", 5, False, True, False),
        ("!=", 5, True, False, True),
    ]:
        condition = {"question": "a", "operator": sign, "answer": answer}
        assert [shown(condition, answers={"a": n}) for n in (4, 5, 6)] == [below, at, above], sign
        assert not shown(condition, answers={}), f"{sign} is false of silence"


def test_not_equal_means_that_no_chosen_option_is_equal():
    symptoms = question("s", "choice", repeats=True, answerOption=[option("x", "甲"), option("y", "乙")])
    unlike = question("b", "boolean", enableWhen=[{"question": "s", "operator": "!=", "answer": "x"}])
    definition = parse(form(symptoms, unlike))
    assert "b" in visible(definition, {"s": ["y"]})
    assert "b" not in visible(definition, {"s": ["x", "y"]})


def test_exists_asks_whether_there_is_an_answer():
    assert shown({"question": "a", "operator": "exists", "answer": False}, answers={})
    assert shown({"question": "a", "operator": "exists", "answer": True}, answers={"a": 0})
    assert not shown({"question": "a", "operator": "exists", "answer": True}, answers={})


def test_any_and_all():
    both = (
        {"question": "a", "operator": "=", "answer": 1},
        {"question": "b", "operator": "=", "answer": True},
    )
    assert shown(*both, behavior="any", answers={"a": 1})
    assert not shown(*both, behavior="all", answers={"a": 1})
    assert shown(*both, behavior="all", answers={"a": 1, "b": True})


def test_the_answer_of_a_hidden_question_hides_what_depends_on_it():
    chain = parse(
        form(
            question("a", "boolean"),
            question("b", "boolean", enableWhen=[{"question": "a", "operator": "=", "answer": True}]),
            question("c", "boolean", enableWhen=[{"question": "b", "operator": "=", "answer": True}]),
        )
    )
    assert visible(chain, {"a": True, "b": True}) == ["a", "b", "c"]
    assert visible(chain, {"a": False, "b": True}) == ["a"]
    assert visible_answers(chain, {"a": False, "b": True, "c": True, "ghost": 1}) == {"a": False}


def test_a_hidden_group_hides_its_questions():
    grouped = parse(
        form(
            question("a", "boolean"),
            question(
                "g",
                "group",
                enableWhen=[{"question": "a", "operator": "=", "answer": True}],
                item=[question("b", "boolean")],
            ),
        )
    )
    assert visible(grouped, {}) == ["a"]
    assert visible(grouped, {"a": True}) == ["a", "g", "b"]
    assert visible_questions(grouped, {"a": True}) == ["a", "b"]


def test_the_next_question_skips_what_is_answered_and_returns_for_required_ones():
    assert next_question(DEFINITION, {}) == "bp"
    assert next_question(DEFINITION, {"symptoms": ["none"]}, after="bp") == "taking"
    everything_else = {"symptoms": ["none"], "taking": "regular"}
    assert next_question(DEFINITION, everything_else, after="note") == "bp"
    done = everything_else | {"bp": {"systolic": 138, "diastolic": 86}}
    assert next_question(DEFINITION, done, after="note") is None


def test_back_goes_to_the_visible_question_before():
    assert previous_question(DEFINITION, {}, "symptoms") == "bp"
    assert previous_question(DEFINITION, {}, "bp") is None
    assert previous_question(DEFINITION, {"taking": "regular"}, "weight") == "taking"


def test_progress_counts_visible_questions():
    started = progress(DEFINITION, {"taking": "never"})
    assert (started.answered, started.total) == (1, 8)
    assert started.required_left == ("bp", "symptoms")
    assert not started.complete


@given(st.data(), documents())
def test_any_path_ends_and_asks_each_question_once(data, document):
    definition, questions = parse(document), questions_of(document)
    answers: dict[str, object] = {}
    asked: list[str] = []
    current = next_question(definition, answers)
    while current is not None:
        asked.append(current)
        assert current in visible(definition, answers)
        answers[current] = data.draw(raw_answers(questions[current]))
        current = next_question(definition, answers, after=current)
    assert len(asked) == len(set(asked))
    assert progress(definition, answers).complete
