from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.messaging.rules.fill import clip, fill, fit, units
from emulator.rules.values import fits

SHANGHAI = ZoneInfo("Asia/Shanghai")


def refusal(key: str, value: str) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as caught:
        fit(key, value)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(
    "key, value, shown",
    [
        ("thing1", "血压随访，3个问题，约1分钟", "血压随访，3个问题，约1分钟"),
        ("thing1", "一" * 20, "一" * 20),
        ("thing1", "一" * 21, "一" * 19 + "…"),
        ("thing1", "早上好😀\n请量血压", "早上好 请量血压"),
        ("thing1", "体温36.5℃", "体温36.5℃"),
        ("thing1", "𠮷" * 11, "𠮷" * 9 + "…"),
        ("time2", "2026年3月2日 09:00", "2026年3月2日 09:00"),
        ("time2", "09:00~10:30", "09:00~10:30"),
        ("date3", "2026年3月2日", "2026年3月2日"),
        ("date3", "2026-03-02 09:00", "2026-03-02 09:00"),
        ("number4", "-3.5", "-3.5"),
        ("letter5", "abc", "abc"),
        ("symbol6", "+-*", "+-*"),
        ("character_string7", "AB-12 cd", "AB-12 cd"),
        ("phone_number8", "+86-0766-66888866", "+86-0766-66888866"),
        ("amount9", "￥100.50元", "￥100.50元"),
        ("car_number10", "粤A8Z888挂", "粤A8Z888挂"),
        ("name11", "王芳护士", "王芳护士"),
        ("name11", "阿卜杜热合曼·艾买提江", "阿卜杜热合曼·艾买提"),
        ("phrase12", "已预约", "已预约"),
        ("keyword1", "血" * 25, "血" * 19 + "…"),
    ],
)
def test_a_value_in_the_shape_of_its_key(key, value, shown):
    assert fit(key, value) == shown


@pytest.mark.parametrize(
    "key, value",
    [
        ("time2", "2026年3月2日"),
        ("time2", "25:00"),
        ("time2", "明天上午"),
        ("date3", "三月二日"),
        ("number4", "三"),
        ("number4", "1" * 33),
        ("letter5", "abc1"),
        ("symbol6", "++++++"),
        ("character_string7", "编号12"),
        ("character_string7", "a" * 33),
        ("phone_number8", "1" * 18),
        ("amount9", "一百元"),
        ("car_number10", "粤A8Z8888挂"),
        ("name11", "王芳1"),
        ("phrase12", "已经预约成功"),
        ("phrase12", "OK"),
    ],
)
def test_what_must_not_be_clipped_is_refused_by_its_key(key, value):
    assert refusal(key, value) == ("fill_shape", key)


@pytest.mark.parametrize("value", ["", "  ", "\n", "😀", "\u200b"])
def test_an_empty_value_is_refused(value):
    assert refusal("thing1", value) == ("fill_empty", "thing1")


@pytest.mark.parametrize("key", ["thing", "Thing1", "colour1", ""])
def test_an_unknown_key_is_refused(key):
    assert refusal(key, "x") == ("fill_unknown_key", key)


def test_a_template_is_filled_by_our_field_names():
    keys = {"thing1": "what", "time2": "when"}
    assert fill(keys, {"what": "血压随访", "when": "09:00", "who": "李护士"}) == {
        "thing1": "血压随访",
        "time2": "09:00",
    }
    with pytest.raises(Invalid) as caught:
        fill(keys, {"what": "血压随访"})
    assert (caught.value.code, caught.value.field) == ("fill_missing", "time2")


@given(st.text(max_size=60), st.integers(1, 30))
def test_clipping_never_halves_a_character(text, limit):
    shown = clip(text.encode("utf-8", "ignore").decode(), limit)
    assert units(shown) <= limit
    shown.encode("utf-8")


KEYS = ("thing", "const", "keyword", "name", "phrase", "character_string", "number", "letter", "symbol") + (
    "time",
    "date",
    "amount",
    "phone_number",
    "car_number",
)
VALUES = st.text(max_size=50) | st.text(st.sampled_from("血压张A1 -:.~年月日元￥😀\n…·_𠮷"), max_size=30)


@given(st.sampled_from(KEYS), VALUES)
def test_what_we_fill_in_the_platform_takes(key, value):
    try:
        shown = fit(f"{key}1", value)
    except Invalid:
        return
    assert fits(f"{key}1", shown), shown


def test_a_hint_stands_behind_the_last_thing_that_has_room_for_all_of_it() -> None:
    keys = {"thing1": "what", "time2": "when", "thing3": "who"}
    fields = {
        "what": "血压随访",
        "when": "2026年3月2日 09:00",
        "who": "李芳护士",
        "hint": "在服务号里直接回复也行",
    }
    assert fill(keys, fields)["thing3"] == "李芳护士，在服务号里直接回复也行"
    assert fill(keys, fields)["thing1"] == "血压随访"


def test_without_room_for_it_a_hint_is_left_out() -> None:
    fields = {"what": "一" * 15, "who": "李芳护士", "hint": "在服务号里直接回复也行"}
    assert fill({"thing1": "what", "phrase2": "who"}, fields) == {"thing1": "一" * 15, "phrase2": "李芳护士"}
