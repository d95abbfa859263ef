"""The rules of typed keys and of what a card shows, without a server."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.rules.cards import card_lines, shown
from emulator.rules.values import fits, keys_of, length, wrong_key

GOOD = [
    ("thing1", "血压随访，请按时测量"),
    ("number2", "120.5"),
    ("letter3", "abc"),
    ("symbol4", "+-*"),
    ("character_string5", "A0123-88/x"),
    ("time6", "15:01"),
    ("time6", "2019年10月1日 15:01"),
    ("time6", "08:00~08:30"),
    ("date7", "2019年10月1日"),
    ("date7", "2018-01-01 08:00"),
    ("date7", "2018/01/01~2018/01/03"),
    ("date7", "2018.01.01"),
    ("amount8", "￥100"),
    ("amount8", "100.5元"),
    ("phone_number9", "+86-0766-66888866"),
    ("car_number10", "粤A8Z888挂"),
    ("name11", "王桂芳"),
    ("phrase12", "已确认"),
    ("keyword1", "任意\n内容"),
]
BAD = [
    ("thing1", "字" * 21),
    ("thing1", "两\n行"),
    ("thing1", "   "),
    ("number2", "十二"),
    ("letter3", "a1"),
    ("character_string5", "中文"),
    ("time6", "25:00"),
    ("time6", "下午三点"),
    ("date7", "明天"),
    ("amount8", "一百元"),
    ("phone_number9", "1" * 18),
    ("car_number10", "粤A8Z888挂车队"),
    ("name11", "名" * 11),
    ("phrase12", "已确认了吗呢"),
    ("phrase12", "ok"),
    ("enum13", "别的"),
]


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_a_value_of_its_kind_fits(key: str, value: str) -> None:
    assert fits(key, value)


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_value_of_another_kind_does_not(key: str, value: str) -> None:
    assert not fits(key, value, ["甲", "乙"] if key.startswith("enum") else None)


def test_the_length_of_an_emoji_is_two() -> None:
    assert length("血压😀") == 4


def test_keys_are_read_from_the_content() -> None:
    assert keys_of("{{first.DATA}}\n项目：{{thing1.DATA}}\n{{remark.DATA}}") == ["first", "thing1", "remark"]


def test_the_first_wrong_key_is_named() -> None:
    assert wrong_key(["thing1", "time2"], {"thing1": "好", "time2": "坏"}) == "time2"
    assert wrong_key(["thing1"], {"thing1": "好", "thing2": "多"}) == "thing2"
    assert wrong_key(["first", "thing1"], {"thing1": "好"}) is None


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_shown_value_is_one_short_line(value: str) -> None:
    line = shown(value)
    assert len(line) <= 21
    assert "\n" not in line


@settings(deadline=None)
@given(st.text(alphabet="血压随访0123456789:：", max_size=20))
def test_a_short_plain_value_is_shown_whole(value: str) -> None:
    assert card_lines("项目：{{thing1.DATA}}", {"thing1": value}) == [{"label": "项目", "value": value}]
