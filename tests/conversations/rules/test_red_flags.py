import csv

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.rules.red_flags import gravest, red_flags
from app.records.rules.pulse import DANGEROUS_PULSE


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
        ("高压一百八", "bp_emergency"),
        ("血压一百八十五", "bp_emergency"),
        ("高压200", "bp_emergency"),
        ("上压190 下压120", "bp_emergency"),
        ("一百九 一百二", "bp_emergency"),
        ("190、110", "bp_emergency"),
        ("低压125", "bp_emergency"),
        ("血压190/110.", "bp_emergency"),
        ("眼前发黑，站不住", "fainting"),
        ("快要晕了", "fainting"),
        ("胸闷得慌，出汗", "chest_tightness"),
        ("心慌，一身冷汗", "chest_tightness"),
        ("我吃了十片药", "overdose"),
        ("刚才一次吃了15片降压药", "overdose"),
        ("多吃了三片", "overdose"),
        ("药吃多了", "overdose"),
        ("他吃了一瓶安眠药", "overdose"),
        ("吃错药了", "overdose"),
        ("脉搏40", "pulse"),
        ("心率有135", "pulse"),
        ("心跳一分钟38下", "pulse"),
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
        "高压一百三",
        "没有一百九",
        "我老伴以前190",
        "高压180算高吗",
        "如果高压190怎么办",
        "高压179 低压109",
        "低压一百零九",
        "脉搏72",
        "心率41",
        "脉搏没有130",
        "没有胸闷，没有心慌",
        "不心慌",
        "没有眼前发黑",
        "吃了一片药",
        "药吃了",
        "吃了两片",
        "我没吃十片药",
        "我一天吃十片药",
        "十天吃了十片药",
        "多吃了一片要紧吗",
        "吃了十个饺子",
        "药没有吃过量",
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
    spoken = {
        flag.advice_key for flag in red_flags("胸痛，不想活，情绪低落，血压 190/120，脉搏 40，药吃多了")
    }
    assert spoken == {"red_flag_words", "low_mood", "bp_emergency", "overdose", "pulse"}
    assert spoken <= written


def test_what_was_told_stands_in_the_title():
    assert gravest("高压一百八").title == "患者说血压 高压 180"
    assert gravest("脉搏40").title == "患者说脉搏 40"


def test_the_limits_of_the_pulse_are_the_dictionarys():
    with open("migrations/seeds/indicators.csv", encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.reader(file) if row[0] == "HR")
    assert {str(limit) for limit in DANGEROUS_PULSE} <= set(row)


@given(st.text(max_size=200))
def test_no_text_crashes_it(text):
    assert all(flag.title and flag.urgency in ("critical", "high") for flag in red_flags(text))


@given(st.text("啊呢吧了，。 的", max_size=10), st.text("啊呢吧了，。 的", max_size=10))
def test_words_around_a_danger_do_not_hide_it(before, after):
    assert "chest_pain" in codes(f"{before}胸痛{after}")


def test_what_is_said_and_what_a_number_means_are_both_heard() -> None:
    assert [flag.code for flag in red_flags("185，出冷汗", "高压 185")] == ["chest_tightness", "bp_emergency"]
    assert [flag.code for flag in red_flags("血压182/112", "高压 182")] == ["bp_emergency"]
    assert red_flags("血压182/112", "高压 182")[0].title == "患者说血压 182/112"
