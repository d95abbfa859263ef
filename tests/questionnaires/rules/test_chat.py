import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.questionnaires.rules.answers import check
from app.questionnaires.rules.branching import visible_questions
from app.questionnaires.rules.chat import say, understand
from app.questionnaires.rules.definition import parse
from tests.questionnaires.rules.forms import (
    BLOOD_PRESSURE_FORM,
    documents,
    form,
    question,
    questions_of,
    raw_answers,
)
from tests.records.rules.test_told_pressure import OF_NO_USE

DEFINITION = parse(BLOOD_PRESSURE_FORM)
ANSWERED = {"bp": {"systolic": 138, "diastolic": 86}, "symptoms": ["none"], "taking": "regular"}


def understood(text: str, asked: str | None = None, answers: dict | None = None) -> dict:
    return dict(understand(DEFINITION, answers or {}, text, asked).answers)


def test_a_pressure_and_a_complaint_in_one_message():
    assert understood("182/112 头晕") == {"bp": {"systolic": 182, "diastolic": 112}, "symptoms": ["dizzy"]}


def test_a_pressure_and_a_labelled_pulse():
    assert understood("138/86 脉搏72") == {"bp": {"systolic": 138, "diastolic": 86}, "pulse": 72}


@pytest.mark.parametrize(
    "text",
    [
        "150/90",
        "１５０／９０",
        "150 / 90 mmHg",
        "高压150低压90",
        "高压是150，低压是90",
        "低压90高压150",
        "收缩压150 舒张压90",
        "150比90",
        "150 90",
        "150，90",
        "血压150-90",
        "今天早上量的血压是150/90。",
        "一百五十 九十",
        "一百五十九十",
        "一百五比九十",
        "高压一百五低压九十",
    ],
)
def test_the_many_ways_to_tell_a_pressure(text):
    assert understood(text) == {"bp": {"systolic": 150, "diastolic": 90}}


@pytest.mark.parametrize(
    "text, systolic, diastolic",
    [
        ("一百三十八八十六", 138, 86),
        ("一百零五七十", 105, 70),
        ("一百一十二六十九", 112, 69),
        ("两百一百二", 200, 120),
    ],
)
def test_a_voice_transcript_runs_two_numbers_together(text, systolic, diastolic):
    assert understood(text) == {"bp": {"systolic": systolic, "diastolic": diastolic}}


@pytest.mark.parametrize("text", ["2026/3/1", "3/1", "吃了1/2片", "我家在138号", "1386", "电话13812345678"])
def test_what_is_no_pressure_is_not_taken_for_one(text):
    assert "bp" not in understood(text, asked="note", answers=ANSWERED | {"note": "x"})
    assert "bp" not in understood(text, asked="symptoms")


def test_kilopascals_come_back_as_a_problem_and_not_as_a_value():
    heard = understand(DEFINITION, {}, "18/12")
    assert not heard.answers
    assert [problem.code for problem in heard.problems] == ["blood_pressure_unit"]


@pytest.mark.parametrize(
    "text, codes",
    [
        ("没有", ["none"]),
        ("无", ["none"]),
        ("没有不舒服", ["none"]),
        ("1", ["none"]),
        ("有点头晕", ["dizzy"]),
        ("2,5", ["dizzy", "nausea"]),
        ("2、5", ["dizzy", "nausea"]),
        ("２，５", ["dizzy", "nausea"]),
        ("头晕得厉害", ["severe"]),
        ("头痛，还有点恶心", ["dizzy", "nausea"]),
        ("没有头晕，就是胸口疼", ["chest"]),
        ("没有胸痛，有点想吐", ["nausea"]),
        ("没睡好头晕", ["dizzy"]),
        ("不舒服，头昏", ["dizzy"]),
        ("头痛头晕、恶心呕吐", ["dizzy", "nausea"]),
    ],
)
def test_complaints_in_plain_words(text, codes):
    assert understood(text, asked="symptoms") == {"symptoms": codes}


@pytest.mark.parametrize(
    "text", ["没有头晕", "没有胸痛、恶心", "不头晕了", "没有再胸痛", "没有出现头晕和恶心"]
)
def test_a_denied_complaint_is_not_noted(text):
    assert understood(text, asked="symptoms") == {}


def test_a_later_complaint_does_not_wipe_out_an_earlier_one():
    told = ANSWERED | {"symptoms": ["chest"]}
    assert understood("还有点头晕", asked="weight", answers=told) == {"symptoms": ["dizzy", "chest"]}
    nothing_told = ANSWERED | {"symptoms": ["none"]}
    assert understood("现在头晕", asked="weight", answers=nothing_told) == {"symptoms": ["dizzy"]}


@pytest.mark.parametrize(
    "text, kilograms",
    [
        ("68.5", 68.5),
        ("体重137斤", 68.5),
        ("137斤", 68.5),
        ("六十八点五公斤", 68.5),
        ("大概68公斤吧", 68),
        ("７０kg", 70),
    ],
)
def test_a_weight_with_its_unit(text, kilograms):
    assert understood(text, "weight", ANSWERED) == {"weight": {"value": kilograms, "unit": "kg"}}


def test_a_foreign_unit_and_two_numbers_are_asked_again():
    assert [p.code for p in understand(DEFINITION, ANSWERED, "150lb", "weight").problems] == ["unknown_unit"]
    assert [p.code for p in understand(DEFINITION, ANSWERED, "68，昨天69", "weight").problems] == [
        "ambiguous"
    ]


@pytest.mark.parametrize(
    "text, code",
    [
        ("规律", "regular"),
        ("不规律", "sometimes"),
        ("3", "never"),
        ("我按时吃的", "regular"),
        ("没吃药", "never"),
    ],
)
def test_how_medicine_is_taken(text, code):
    assert understood(text, asked="taking") == {"taking": code}


def test_an_open_choice_keeps_the_patients_words():
    answers = {"taking": "never"}
    assert understood("药太贵", "why", answers) == {"why": "cost"}
    assert understood("搬家找不到了", "why", answers) == {"why": {"other": "搬家找不到了"}}


@pytest.mark.parametrize(
    "text, value", [("是", True), ("有的", True), ("没有", False), ("不", False), ("无。", False)]
)
def test_yes_and_no(text, value):
    assert understood(text, "smokes", ANSWERED) == {"smokes": value}


@pytest.mark.parametrize(
    "text, command",
    [("上一题", "back"), ("跳过", "skip"), (" 跳过。", "skip"), ("停", "stop"), ("不填了", "stop")],
)
def test_the_commands_of_the_chat(text, command):
    heard = understand(DEFINITION, {}, text)
    assert (heard.command, dict(heard.answers)) == (command, {})


def test_stopping_the_medicine_is_not_the_command_to_stop():
    assert understand(DEFINITION, {}, "我把药停了", "taking").command is None


def test_what_is_not_understood_is_left_over_for_a_person():
    heard = understand(DEFINITION, {}, "138/86，女儿下周结婚")
    assert dict(heard.answers) == {"bp": {"systolic": 138, "diastolic": 86}}
    assert heard.leftovers == ("女儿下周结婚",)


def test_an_option_that_is_not_there_is_refused_by_name():
    heard = understand(DEFINITION, {}, "9", "taking")
    assert [(p.field, p.code) for p in heard.problems] == [("taking", "unknown_option")]


def test_two_options_for_a_single_choice_are_asked_again():
    heard = understand(DEFINITION, {}, "按时吃，有时忘", "taking")
    assert not heard.answers
    assert heard.problems[0].code == "ambiguous"


DATED = parse(form(question("day", "date")))


@pytest.mark.parametrize("text", ["2026-03-01", "2026/3/1", "2026年3月1日", "20260301", "2026.3.1"])
def test_a_date(text):
    assert understand(DATED, {}, text).answers == {"day": "2026-03-01"}


@given(st.text(max_size=60), st.sampled_from([None, "ghost", *DEFINITION.by_link_id]))
def test_no_message_crashes_and_nothing_unchecked_is_stored(text, asked):
    heard = understand(DEFINITION, {"taking": "never"}, text, asked)
    answers: dict[str, object] = {"taking": "never"}
    for item in DEFINITION.items:
        if item.link_id in heard.answers:
            value = heard.answers[item.link_id]
            assert check(DEFINITION, item.link_id, value, answers | dict(heard.answers)) == value


CHATTER = st.lists(
    st.sampled_from(
        [
            "138/86",
            "高压150",
            "低压90",
            "18/12",
            "头晕",
            "没有",
            "不",
            "有点",
            "胸痛",
            "体重",
            "68.5",
            "斤",
            "，",
            "、",
            " ",
        ]
        + [
            "脉搏72",
            "一百三十八",
            "八十六",
            "十",
            "百",
            "点",
            "1,3",
            "规律",
            "跳过",
            "其他：",
            "２",
            "/",
            "\n",
        ]
    ),
    max_size=8,
).map("".join)


@given(CHATTER, st.sampled_from([None, *DEFINITION.by_link_id]))
def test_likely_messages_never_crash(text, asked):
    understand(DEFINITION, {}, text, asked)


@given(st.data(), documents())
def test_every_stored_answer_said_aloud_is_understood_the_same(data, document):
    definition, questions = parse(document), questions_of(document)
    answers: dict[str, object] = {}
    for link_id in visible_questions(definition, {}):
        try:
            value = check(definition, link_id, data.draw(raw_answers(questions[link_id])), answers)
        except Invalid:
            continue
        said = say(definition, link_id, value)
        heard = understand(definition, answers, said, asked=link_id)
        assert heard.answers == {link_id: value}, said
        assert not heard.leftovers and not heard.problems
        answers[link_id] = value


@given(st.text(min_size=1, max_size=30))
def test_the_patients_own_words_survive_the_chat(words):
    definition = parse(form(question("note", "text")))
    try:
        value = check(definition, "note", words)
    except Invalid:
        assume(False)
    heard = understand(definition, {}, str(value))
    assert heard.command or heard.answers == {"note": value}


@pytest.mark.parametrize("asked", ["bp", None])
@pytest.mark.parametrize("text", OF_NO_USE)
def test_a_pressure_that_is_not_hers_of_now_is_no_answer(text: str, asked: str | None) -> None:
    heard = understand(DEFINITION, {}, text, asked)
    assert not heard.answers and not heard.problems and not heard.half
    assert heard.leftovers, "a nurse reads it"


@pytest.mark.parametrize("text", ["我老伴脉搏72", "去年脉搏72"])
def test_neither_is_another_number(text: str) -> None:
    assert understood(text) == {}
    assert understood("我脉搏72") == {"pulse": 72}
