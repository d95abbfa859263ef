"""Whether what a prescription says of one taking can be an amount: a number, a unit, nothing absurd.

The limits catch a slip of the finger (500 mg typed as 50000), not a wrong prescription; they are ours and
待临床审核. Source: docs/sources.md#dose-amounts
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

from app.core.errors import Invalid

PIECES = "片粒丸袋包支滴喷吸贴瓶枚颗揿格勺匙"
MOST = {
    "g": 100, "克": 100, "mg": 10_000, "毫克": 10_000, "μg": 100_000, "ug": 100_000, "mcg": 100_000,
    "微克": 100_000, "ml": 1_000, "毫升": 1_000, "u": 1_000_000, "iu": 1_000_000, "单位": 1_000_000,
    "万单位": 1_000, **dict.fromkeys(PIECES, 30),
}  # fmt: skip
"""{unit: the most of it in one taking}."""
MOST_OF_ANYTHING = 10_000

AS_NEEDED = "适量"

_CHINESE = {
    "半": Fraction(1, 2),
    "两": Fraction(2),
    **{word: Fraction(value) for value, word in enumerate("一二三四五六七八九十", start=1)},
}
_NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?|[半一二两三四五六七八九十]"
_UNIT = r"万单位|单位|毫克|微克|毫升|[a-zμ%]+|[一-鿿]"
_AMOUNT = re.compile(rf"(?<![\d.\-/])({_NUMBER})(?:\s*[-~至到]\s*({_NUMBER}))?\s*({_UNIT})")


def ensure_amount(text: str) -> None:
    """Accept "5 mg", "1-2片", "半片", "5mg（1片）", "适量". Raises Invalid (code and field dose)."""
    plain = unicodedata.normalize("NFKC", text).replace("µ", "μ").lower().strip()
    if plain == AS_NEEDED:
        return
    said = list(_amounts(plain))
    if not said or re.search(r"\d", _AMOUNT.sub("", plain)):
        raise Invalid("每次的量要写数字和单位，例如 5 mg 或 1 片。", code="dose", field="dose")
    for number, unit in said:
        if not 0 < number <= MOST.get(unit, MOST_OF_ANYTHING):
            raise Invalid(f"每次 {text.strip()} 不像是对的，请核对数字和单位。", code="dose", field="dose")


def _amounts(plain: str) -> Iterator[tuple[Fraction, str]]:
    for first, last, unit in _AMOUNT.findall(plain):
        yield from ((_value(number), unit) for number in (first, last) if number)


def _value(number: str) -> Fraction:
    if number in _CHINESE:
        return _CHINESE[number]
    above, _, below = number.partition("/")
    # A third of nothing is nothing: refused like any other zero.
    return Fraction(above) / Fraction(below or 1) if below == "" or int(below) else Fraction(0)
