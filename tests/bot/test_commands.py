"""A known word is a command; a sentence is for a nurse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import ANSWERS, MENU_ANSWERS
from bot.commands import Intention, intention


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预约", Intention.BOOK),
        (" 预约体检。", Intention.BOOK),
        ("我的计划", Intention.PLAN),
        ("随访", Intention.PLAN),
        ("用药", Intention.MEDICINE),
        ("报告", Intention.READINGS),
        ("开卡", Intention.CARD),
        ("退订", Intention.STOP),
        ("ＴＤ", Intention.STOP),
        ("帮助", Intention.HELP),
        ("？", Intention.HELP),
    ],
)
def test_a_known_word_is_a_command(text: str, expected: Intention) -> None:
    assert intention(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "您好",
        "182/112 头晕",
        "我想问一下预约的事",
        "报告里这个箭头什么意思",
        "胸口痛",
        "不要吃药了可以吗",
        "谢谢",
    ],
)
def test_what_a_person_tells_is_no_command(text: str) -> None:
    assert intention(text) is None


@given(st.text(max_size=40))
def test_no_text_crashes_it(text: str) -> None:
    assert intention(text) is None or intention(text) in Intention


def test_every_intention_has_an_answer_that_fits_one_message() -> None:
    assert set(ANSWERS) == set(Intention)
    for answer in (*ANSWERS.values(), *MENU_ANSWERS.values()):
        assert len(answer.text.encode()) < 1500
        assert answer.link is None or answer.link.startswith("/h5")
