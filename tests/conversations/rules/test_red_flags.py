import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.rules.red_flags import gravest, red_flags


def codes(text: str) -> list[str]:
    return [flag.code for flag in red_flags(text)]


@pytest.mark.parametrize(
    "text, code",
    [
        ("我胸痛", "chest_pain"),
        ("胸口好疼，一阵一阵的", "chest_pain"),
        ("胸口像有石头压着", "chest_pain"),
        ("喘不上气", "breathing"),
        ("晚上躺不平，要坐起来", "breathing"),
        ("我爸说话突然不清了", "stroke_signs"),
        ("右边手脚没劲", "stroke_signs"),
        ("嘴有点歪，嘴歪了", "stroke_signs"),
        ("鼻血一直止不住", "bleeding"),
        ("早上大便发黑", "bleeding"),
        ("刚才晕过去了", "fainting"),
        ("头晕得很厉害", "severe_headache"),
        ("头特别疼", "severe_headache"),
        ("天旋地转的", "severe_headache"),
        ("我不想活了", "self_harm"),
        ("活着没什么意思", "self_harm"),
        ("最近情绪很低落", "low_mood"),
        ("血压量出来182/112", "bp_emergency"),
        ("１５０／１１２", "bp_emergency"),
    ],
)
def test_a_danger_is_heard(text, code):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有胸痛",
        "没有胸痛，也没有呼吸困难",
        "没有再晕倒过",
        "没有胸痛、咯血",
        "不觉得胸痛",
        "头晕",
        "有点头晕",
        "今天血压138/86",
        "2026/03/02 复查",
        "112/182 不知道填得对不对",
        "谢谢护士，药收到了",
        "",
    ],
)
def test_what_is_denied_or_harmless_raises_nothing(text):
    assert codes(text) == []


def test_a_denial_of_one_thing_does_not_hide_another():
    assert codes("没有胸痛，但是喘不上气") == ["breathing"]
    assert codes("没睡好，胸痛") == ["chest_pain"]


@pytest.mark.parametrize("text", ["我没想自杀", "没有不想活", "我不是要轻生"])
def test_self_harm_is_never_taken_as_denied(text):
    assert gravest(text).code == "self_harm"


def test_self_harm_comes_first_and_the_critical_before_the_rest():
    assert codes("情绪低落，胸痛，不想活了") == ["self_harm", "chest_pain", "low_mood"]


def test_low_mood_is_answered_with_its_own_words_and_urgently():
    flag = gravest("我最近情绪很低落，是不是和病情有关")
    assert (flag.code, flag.urgency, flag.advice_key) == ("low_mood", "high", "low_mood")


def test_every_answer_is_written():
    with open("migrations/seeds/advice.yaml", encoding="utf-8") as file:
        written = {each["key"] for each in yaml.safe_load(file)["advice"]}
    spoken = {flag.advice_key for flag in red_flags("胸痛，不想活，情绪低落，血压 190/120")}
    assert spoken == {"red_flag_words", "low_mood", "bp_emergency"}
    assert spoken <= written


@given(st.text(max_size=200))
def test_no_text_crashes_it(text):
    assert all(flag.title and flag.urgency in ("critical", "high") for flag in red_flags(text))


@given(st.text("啊呢吧了，。 的", max_size=10), st.text("啊呢吧了，。 的", max_size=10))
def test_words_around_a_danger_do_not_hide_it(before, after):
    assert "chest_pain" in codes(f"{before}胸痛{after}")
