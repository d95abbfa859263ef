"""Pressures in ordinary words: every way she says it is read, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.rules.told_pressure import Told, joined, own_pressures, told_pressures, unlikely_pair
from tests.records.rules.test_spoken_numbers import spoken


def read(text: str, *, asked: bool = False) -> list[tuple[int | None, int | None]]:
    return [(told.systolic, told.diastolic) for told in told_pressures(text, asked=asked)]


@pytest.mark.parametrize(
    ("text", "pressure"),
    [
        ("高压一百八", (180, None)),
        ("高压185", (185, None)),
        ("血压一百八十五", (185, None)),
        ("高压200", (200, None)),
        ("血压205", (205, None)),
        ("上压190 下压120", (190, 120)),
        ("一百九 一百二", (190, 120)),
        ("一百九、一百二", (190, 120)),
        ("190、110", (190, 110)),
        ("低压125", (None, 125)),
        ("低压一百二，有点高", (None, 120)),
        ("今天早上8点量的血压有185", (185, None)),
        ("今天早上八点量的血压是一百八十五", (185, None)),
        ("血压又升到190了", (190, None)),
        ("高压超过180了", (180, None)),
        ("高压差不多190", (190, None)),
        ("血压190，低压还行", (190, None)),
        ("血压190 110", (190, 110)),
        ("血压190-200之间", (190, None)),
        ("今天190/110.", (190, 110)),
        ("高压190，低压110", (190, 110)),
        ("低压110，高压190", (190, 110)),
        ("我高压190算高吗", (190, None)),
        ("190/120算高吗", (190, 120)),
        ("比以前高190/110", (190, 110)),
        ("以前130，现在血压190", (190, None)),
        ("去年就这样，今天又是190/110", (190, 110)),
        ("没有头晕，高压190", (190, None)),
        ("高压一百三", (130, None)),
        ("２００／１２０", (200, 120)),
    ],
)
def test_a_pressure_in_ordinary_words(text: str, pressure: tuple[int | None, int | None]) -> None:
    assert read(text)[:1] == [pressure]


@pytest.mark.parametrize(
    "text",
    [
        "没有一百九",
        "血压没到190",
        "高压不到180",
        "没有190/110那么高",
        "我老伴以前190",
        "我老伴以前高压190",
        "以前高压190/110",
        "去年血压最高190",
        "上次量的血压190",
        "如果高压190怎么办",
        "要是血压到190/110要去医院吗",
        "高压180算高吗",
        "血压到多少算高，180吗",
        "是不是到180才危险",
        "180/110是什么意思",
        "血压药吃了200",
        "血压药200毫克",
        "高压锅180度",
        "脉搏180",
        "体重180",
        "身高180 体重150",
        "我家190号",
        "2026/03/02 复查",
        "112/182",
        "血压112/182",
        "电话13812345678",
        "高压24千帕",
        "今天走了200步",
        "200",
        "",
    ],
)
def test_what_is_no_pressure_of_now(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "pressure"),
    [
        ("185", (185, None)),
        ("一百八十五", (185, None)),
        ("今天185左右", (185, None)),
        ("86", (None, 86)),
        ("190 110，还是有点高", (190, 110)),
    ],
)
def test_where_a_pressure_was_asked_for_a_bare_number_is_one(
    text: str, pressure: tuple[int | None, int | None]
) -> None:
    assert read(text, asked=True) == [pressure]


@pytest.mark.parametrize("text", ["1", "8", "30", "185片", "1386", "好的", "我家在138号", "没有185"])
def test_what_is_no_answer_to_it_either(text: str) -> None:
    assert read(text, asked=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "138/86",
        "老伴帮我量的138/86",
        "女儿给我量的血压138/86",
        "我老伴150/90，我138/86",
        "138/86，女儿下周结婚",
        "138/86，没有其他不舒服",
        "没有其他不舒服，138/86",
        "孙医生您好，138/86",
        "今天早上量的血压138/86，正常吗？",
        "我血压138/86算高吗",
        "138/86，护士什么时候来电话呢？",
        "去年150/95，现在138/86",
    ],
)
def test_a_pressure_of_her_own(text: str) -> None:
    assert [(told.systolic, told.diastolic) for told in own_pressures(text)][-1:] == [(138, 86)]
    assert len(own_pressures(text)) == 1


OF_NO_USE = [
    "我老伴今天早上量的血压138/86",
    "今天138/86，是我老伴的",
    "138/86是她的血压",
    "我妈高压138低压86",
    "血压130/80正常吗？",
    "130/80，正常吗",
    "130/80高不高",
    "血压138/86算高吗",
    "去年体检血压150/95",
    "去年住院时血压190/120，现在好多了",
    "要是190/120怎么办",
    "血压没有150/95",
]


@pytest.mark.parametrize("text", OF_NO_USE)
@pytest.mark.parametrize("asked", [True, False])
def test_another_persons_or_last_years_or_one_asked_about_is_not_hers(text: str, asked: bool) -> None:
    assert own_pressures(text, asked=asked) == ()


def test_a_pair_that_is_no_pressure_in_mmhg_is_kept_to_say_so() -> None:
    assert (unlikely_pair("今天18.4/11.5") or ())[:2] == ("18.4", "11.5")
    for text in ("吃了1/2片", "我老伴18/12", "去年18/12", "2026/3/1", "3/1"):
        assert unlikely_pair(text) is None


def test_two_halves_are_one_pressure() -> None:
    high, low = Told(150, None, 0, 3), Told(None, 90, 0, 2)
    assert joined(high, low) == Told(150, 90, 0, 2)
    assert joined(low, high) == Told(150, 90, 0, 3)
    assert joined(high, high) is None
    assert joined(high, Told(115, None, 0, 3, named=False)) == Told(150, 115, 0, 3)
    assert joined(low, Told(95, None, 0, 2, named=False)) == Told(95, 90, 0, 2)
    assert joined(Told(80, None, 0, 2), low) is None


SYSTOLICS, DIASTOLICS = st.integers(100, 280), st.integers(40, 99)
WAYS = st.sampled_from(
    ["{}/{}", "血压{} {}", "高压{}低压{}", "上压{}，下压{}", "{}、{}", "血压{}比{}", "{} {}"]
)


@given(SYSTOLICS, DIASTOLICS, WAYS, st.booleans())
def test_every_pair_is_read_in_digits_and_in_words(
    systolic: int, diastolic: int, way: str, in_words: bool
) -> None:
    say = spoken if in_words else str
    assert read(way.format(say(systolic), say(diastolic))) == [(systolic, diastolic)]


@given(SYSTOLICS, st.sampled_from(["高压{}", "血压{}", "上压是{}", "血压有{}呢"]), st.booleans())
def test_every_lone_number_is_read(systolic: int, way: str, in_words: bool) -> None:
    say = spoken if in_words else str
    assert read(way.format(say(systolic))) == [(systolic, None)]


@given(st.text(max_size=120), st.booleans())
def test_no_text_crashes_it_and_what_is_read_is_plausible(text: str, asked: bool) -> None:
    for told in told_pressures(text, asked=asked):
        assert told.systolic is None or 60 <= told.systolic <= 300
        assert told.diastolic is None or 30 <= told.diastolic <= 200
        assert told.words


@given(
    st.lists(st.sampled_from(list("刚才还是高到180/的量测我血压高低点，差不多一百 ")), max_size=60).map(
        "".join
    )
)
def test_no_likely_text_is_slow(text: str) -> None:
    told_pressures(text, asked=True)
