"""Numbers as people say them: "一百三十八", "一百零五", "一百四", "七点二" → digits.

A voice transcript of a blood pressure runs two numbers together ("一百三十八八十六"); a number ends
where no further part of it can follow, so the second one starts there.
"""

from __future__ import annotations

import re

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_D = "[一二两三四五六七八九]"

_HUNDREDS = re.compile(
    rf"(?P<hundreds>{_D})百(?:零(?P<units>{_D})|(?P<tens>{_D})十(?P<ones>{_D}(?![十百]))?|(?P<short>{_D})(?![十百]))?"
)
_TENS = re.compile(rf"(?P<tens>{_D})十(?P<ones>{_D}(?![十百]))?|十(?P<teen>{_D}(?![十百]))")
_WHOLE = re.compile(r"[零〇一二两三四五六七八九]")
_POINT = re.compile(r"(?<=[0-9])点(?=[0-9])")


def to_digits(text: str) -> str:
    """`text` with every spoken number that has a hundred or a ten in it written in digits.

    Two numbers run together are parted by a space. Lone digits ("一点头晕", "十分难受") stay words.
    """
    text = _HUNDREDS.sub(lambda found: f" {_hundreds(found)} ", text)
    text = _TENS.sub(lambda found: f" {_tens(found)} ", text)
    return re.sub(r" +", " ", text).strip()


def to_digits_everywhere(text: str) -> str:
    """As `to_digits`, and lone digits too ("七点二" → "7.2"): for an answer that must be a number."""
    text = to_digits(text).replace("十", "10")
    text = _WHOLE.sub(lambda found: str(_DIGITS[found[0]]), text)
    return _POINT.sub(".", re.sub(r"(?<=[0-9]) ?点 ?(?=[0-9])", "点", text))


def _hundreds(found: re.Match[str]) -> int:
    tens = found["tens"] or found["short"]
    ones = found["ones"] or found["units"]
    return _DIGITS[found["hundreds"]] * 100 + _DIGITS.get(tens, 0) * 10 + _DIGITS.get(ones, 0)


def _tens(found: re.Match[str]) -> int:
    if found["teen"]:
        return 10 + _DIGITS[found["teen"]]
    return _DIGITS[found["tens"]] * 10 + _DIGITS.get(found["ones"], 0)
