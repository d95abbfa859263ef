from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.patients.rules.identity import (
    PROVINCES,
    age_on,
    check_birth,
    check_character,
    check_same_birth,
    read_id_number,
    read_name,
    read_phone,
)

TODAY = date(2026, 3, 2)
GRANDMOTHER = "11010519491231002X"
"""The worked example of GB 11643-1999: a woman born on 31 December 1949."""


def numbered(first_seventeen: str) -> str:
    return first_seventeen + check_character(first_seventeen)


def refusal(read, *given: object) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as caught:
        read(*given)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(
    "raw", [GRANDMOTHER, GRANDMOTHER.lower(), "110105 19491231 002X", "１１０１０５19491231002Ｘ"]
)
def test_an_id_number_says_birth_date_sex_and_region(raw):
    known = read_id_number(raw, TODAY)
    assert (known.number, known.birth_on, known.sex, known.region) == (
        GRANDMOTHER,
        date(1949, 12, 31),
        "female",
        "110105",
    )


def test_an_odd_seventeenth_digit_is_a_man():
    assert read_id_number(numbered("44052418800101001"), date(1950, 1, 1)).sex == "male"


@pytest.mark.parametrize(
    "raw, code",
    [
        ("110105491231002", "id_fifteen_digits"),
        ("1101051949123100", "id_shape"),
        ("11010519491231002Y", "id_shape"),
        ("11010519491X310021", "id_shape"),
        ("", "id_shape"),
        ("110105194912310021", "id_checksum"),
        ("11010519491231012X", "id_checksum"),
        (numbered("99010519491231002"), "id_region"),
        (numbered("11000019491231002"), "id_region"),
        (numbered("11010519490230002"), "id_birth"),
        (numbered("11010520260303002"), "id_birth"),
        (numbered("11010518951231002"), "id_birth"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason(raw, code):
    assert refusal(read_id_number, raw, TODAY) == (code, "id_number")


def test_born_today_is_accepted():
    assert read_id_number(numbered("11010520260302002"), TODAY).birth_on == TODAY


def test_a_refusal_never_repeats_the_number():
    with pytest.raises(Invalid) as caught:
        read_id_number("110105194912310021", TODAY)
    assert "1949" not in caught.value.message and not caught.value.detail


PEOPLE = st.builds(
    lambda province, area, born, serial: numbered(f"{province}{area:04d}{born:%Y%m%d}{serial:03d}"),
    st.sampled_from(sorted(PROVINCES)),
    st.integers(1, 9999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@given(PEOPLE)
def test_every_well_made_number_is_accepted(number):
    assert read_id_number(number, TODAY).number == number


@given(PEOPLE, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, change):
    wrong = str((int(number[place]) + change) % 10)
    with pytest.raises(Invalid):
        read_id_number(number[:place] + wrong + number[place + 1 :], TODAY)


@given(PEOPLE, st.integers(0, 15))
def test_two_swapped_digits_are_always_noticed(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(Invalid):
            read_id_number(swapped, TODAY)


@given(st.text(max_size=25))
def test_no_text_crashes_a_reader(text):
    for read in (lambda raw: read_id_number(raw, TODAY), read_phone, read_name):
        try:
            read(text)
        except Invalid as wrong:
            assert wrong.field


@pytest.mark.parametrize(
    "raw",
    [
        "13800138000",
        "+86 138 0013 8000",
        "86-13800138000",
        "0086 13800138000",
        " 138-0013-8000 ",
        "１３８00138000",
    ],
)
def test_a_mobile_number_is_eleven_digits(raw):
    assert read_phone(raw) == "13800138000"


@pytest.mark.parametrize(
    "raw", ["12800138000", "1380013800", "138001380000", "+1 3800138000", "010-12345678", "86138001"]
)
def test_what_is_no_mobile_number_is_refused(raw):
    assert refusal(read_phone, raw) == ("phone_shape", "phone")


@pytest.mark.parametrize(
    "raw, name",
    [
        ("王芳", "王芳"),
        (" 王 芳 ", "王芳"),
        ("买买提•艾力", "买买提·艾力"),
        ("阿卜杜热合曼.艾买提", "阿卜杜热合曼·艾买提"),
        ("𠮷田", "𠮷田"),
        ("诸葛孔明", "诸葛孔明"),
        ("张〇", "张〇"),
    ],
)
def test_a_chinese_name(raw, name):
    assert read_name(raw) == name


@pytest.mark.parametrize(
    "raw", ["王", "Wang Fang", "王芳1", "·王芳", "王··芳", "王芳·", "王" * 31, "", "<王芳>"]
)
def test_what_is_no_chinese_name_is_refused(raw):
    assert refusal(read_name, raw) == ("name_shape", "name")


def test_a_birth_date_is_neither_in_the_future_nor_beyond_memory():
    assert check_birth(TODAY, TODAY) == TODAY
    assert check_birth(date(1896, 3, 2), TODAY)
    assert refusal(check_birth, date(2026, 3, 3), TODAY) == ("birth_in_future", "birth_on")
    assert refusal(check_birth, date(1895, 12, 31), TODAY) == ("birth_too_long_ago", "birth_on")


def test_the_birth_date_must_be_the_one_in_the_id_number():
    known = read_id_number(GRANDMOTHER, TODAY)
    check_same_birth(known, date(1949, 12, 31))
    assert refusal(check_same_birth, known, date(1949, 12, 30)) == ("birth_mismatch", "birth_on")


@pytest.mark.parametrize(
    "birth_on, day, years",
    [
        (date(1961, 3, 2), date(2026, 3, 1), 64),
        (date(1961, 3, 2), date(2026, 3, 2), 65),
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
    ],
)
def test_age_in_completed_years(birth_on, day, years):
    assert age_on(birth_on, day) == years
