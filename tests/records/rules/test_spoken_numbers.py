import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.rules.spoken_numbers import to_digits, to_digits_everywhere

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """10 to 999 as it is said in full."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += f"{DIGITS[tens]}十" if hundreds or tens > 1 else "十"
    elif hundreds and ones:
        said += "零"
    return said + (DIGITS[ones] if ones else "")


# 一百 + 二十一 is said like 一百二十一: nobody can part those.
@given(st.integers(60, 299).filter(lambda number: number % 100 != 0), st.integers(21, 199))
def test_two_numbers_said_in_one_breath_come_apart(systolic, diastolic):
    assert to_digits(spoken(systolic) + spoken(diastolic)) == f"{systolic} {diastolic}"


@pytest.mark.parametrize("text", ["有一点头晕", "十分难受", "三天没吃药", "百度一下"])
def test_words_with_a_digit_in_them_stay_words(text):
    assert to_digits(text) == text


@pytest.mark.parametrize(
    "text, digits", [("七点二", "7.2"), ("六十八点五", "68.5"), ("一百四", "140"), ("十", "10")]
)
def test_an_answer_that_must_be_a_number(text, digits):
    assert to_digits_everywhere(text) == digits
