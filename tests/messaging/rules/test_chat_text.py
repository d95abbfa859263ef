"""A card's lines as words for the chat, and the keys of a template."""

import pytest

from app.messaging.rules.chat_text import chat_text, with_link
from app.messaging.rules.template_keys import keys_in

CONTENT = "随访项目：{{thing1.DATA}}\n随访时间：{{time2.DATA}}\n责任护士：{{thing3.DATA}}"
KEYS = {"thing1": "what", "time2": "when", "thing3": "who"}


def test_the_chat_says_what_the_card_would() -> None:
    fields = {"what": "高血压随访", "when": "2026年3月2日 10:00", "who": "李芳护士"}
    assert chat_text("随访提醒", CONTENT, KEYS, fields) == (
        "随访提醒\n随访项目：高血压随访\n随访时间：2026年3月2日 10:00\n责任护士：李芳护士"
    )


def test_a_line_without_a_value_is_left_out() -> None:
    assert chat_text("随访提醒", CONTENT, KEYS, {"what": "高血压随访"}) == "随访提醒\n随访项目：高血压随访"


def test_without_a_template_the_fields_speak_for_themselves() -> None:
    assert chat_text("体检前提醒", "", {}, {"what": "基础套餐", "note": ""}) == "体检前提醒\n基础套餐"


def test_braces_in_a_value_stay_what_they_are() -> None:
    assert "{{thing3.DATA}}" in chat_text("提醒", CONTENT, KEYS, {"what": "{{thing3.DATA}}", "who": "李芳"})


def test_a_link_stands_under_the_text() -> None:
    assert with_link("您好", "https://h.cn/h5") == '您好\n<a href="https://h.cn/h5">点这里打开</a>'
    assert with_link("您好", "") == with_link("您好", None) == "您好"


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (CONTENT, ("thing1", "time2", "thing3")),
        ("{{first.DATA}}\n就诊人：{{keyword1.DATA}}\n{{remark.DATA}}", ("keyword1",)),
        ("{{ thing1.DATA }} {{thing1.DATA}}", ("thing1",)),
        ("没有字段 {{thing1}}", ()),
    ],
)
def test_the_keys_of_a_template_are_read_from_its_content(content: str, keys: tuple[str, ...]) -> None:
    assert keys_in(content) == keys
