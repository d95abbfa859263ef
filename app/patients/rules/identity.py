"""Reading who somebody is: ID number (GB 11643), mobile number, Chinese name, birth date.

Refusals name the field and the mend, and never repeat what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.core.errors import Invalid

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
"""ISO 7064 MOD 11-2: the remainder of the weighted sum names the last character. docs/sources.md#gb11643"""
PROVINCES = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
    | {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83}
)
"""First two digits (GB/T 2260); 81 to 83 are residence permits. docs/sources.md#gb11643"""
OLDEST_YEARS = 130

_SPACES = re.compile(r"[\s\-]+")
_HAN = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
_NAME = re.compile(rf"{_HAN}+(?:·{_HAN}+)*")
_DOTS = re.compile(r"[•・‧∙⋅.．。]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True)
class IdNumber:
    """A sound ID number and what it says. `sex` is female or male; `region` the six-digit area code."""

    number: str
    region: str
    birth_on: date
    sex: str


def read_id_number(raw: str, today: date) -> IdNumber:
    """The 18-character ID number in `raw`, spaces and small x forgiven.

    Raises Invalid (field id_number): id_fifteen_digits, id_shape, id_region, id_birth, id_checksum.
    Source: docs/sources.md#gb11643
    """
    number = _SPACES.sub("", unicodedata.normalize("NFKC", raw)).upper()
    if re.fullmatch(r"[0-9]{15}", number):
        raise _id("这是旧的15位身份证号，请填现在身份证上的18位号码", "id_fifteen_digits")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _id("身份证号应是18位：17位数字加最后一位数字或X，请核对", "id_shape")
    if int(number[:2]) not in PROVINCES or number[2:6] == "0000":
        raise _id("身份证号的前六位不是有效的地区，请核对", "id_region")
    birth_on = _birth_in(number, today)
    if check_character(number) != number[17]:
        raise _id("身份证号最后一位对不上，可能有一位填错了，请核对", "id_checksum")
    return IdNumber(number, number[:6], birth_on, "male" if int(number[16]) % 2 else "female")


def check_character(number: str) -> str:
    """The last character that belongs to the first 17 digits of `number`. Source: docs/sources.md#gb11643"""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True))
    return CHECK_CHARACTERS[total % 11]


def read_phone(raw: str) -> str:
    """A mainland mobile number as 11 digits; +86, spaces and hyphens forgiven.

    Raises Invalid (field phone): phone_shape. Source: docs/sources.md#mobile-numbers
    """
    digits = re.sub(r"[\s\-()]+", "", unicodedata.normalize("NFKC", raw))
    digits = re.sub(r"^(?:\+86|0086|86(?=1[0-9]{10}$))", "", digits)
    if not _MOBILE.fullmatch(digits):
        raise Invalid("请填11位手机号，以1开头，例如 13800138000", code="phone_shape", field="phone")
    return digits


def read_name(raw: str) -> str:
    """A Chinese name of 2 to 30 characters; the dot inside (买买提·艾力) is brought to one form.

    Raises Invalid (field name): name_shape. Source: docs/sources.md#names
    """
    name = _DOTS.sub("·", re.sub(r"\s+", "", raw))
    if not (2 <= len(name) <= 30 and _NAME.fullmatch(name)):
        raise Invalid("请填身份证上的中文姓名（2到30个字）", code="name_shape", field="name")
    return name


def check_birth(birth_on: date, today: date) -> date:
    """`birth_on` when a living person can have it: not after `today`, at most 130 years ago.

    Raises Invalid (field birth_on): birth_in_future, birth_too_long_ago.
    """
    if birth_on > today:
        raise Invalid("出生日期不能晚于今天，请核对", code="birth_in_future", field="birth_on")
    if today.year - birth_on.year > OLDEST_YEARS:
        raise Invalid("出生日期太早了，请核对年份", code="birth_too_long_ago", field="birth_on")
    return birth_on


def check_same_birth(id_number: IdNumber, birth_on: date) -> None:
    """Raise Invalid (field birth_on, code birth_mismatch) unless the ID number says the same birth date."""
    if id_number.birth_on != birth_on:
        raise Invalid("出生日期和身份证号里的不一致，请核对这两项", code="birth_mismatch", field="birth_on")


def age_on(birth_on: date, day: date) -> int:
    """Completed years on `day`. Somebody born on 29 February grows older on 1 March."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def _birth_in(number: str, today: date) -> date:
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        return check_birth(birth_on, today)
    except (ValueError, Invalid):
        raise _id("身份证号里的出生日期不对，请核对第7到14位", "id_birth") from None


def _id(message: str, code: str) -> Invalid:
    return Invalid(message, code=code, field="id_number")
