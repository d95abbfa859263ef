"""Blood sugar and temperature in a patient's own words: 血糖2.8, 饭后血糖十八点五, 发烧到39度5.

Source: docs/clinical-decisions.md#told-pressure (needs review)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core.wording import plain
from app.records.rules.plausibility import HARD_LIMITS
from app.records.rules.spoken_numbers import to_digits_everywhere
from app.records.rules.told_numbers import GAP, told_now

_ONLY = "(?:只有?|才|低到|高到|升到|降到|烧到|烧)?"
_OTHER_UNIT = (
    r"(?![0-9]|\.[0-9]| ?(?:点|%|mg|次|个|回|年|月|日|号|天|周|岁|小时|分钟"
    "|片|粒|颗|支|针|种|盒|瓶|斤|元|块|型|级|倍))"
)
_SUGAR = re.compile(rf"血糖{GAP}{_ONLY} ?(?<![0-9.])([0-9]{{1,2}}(?:\.[0-9]{{1,2}})?){_OTHER_UNIT}")
_HEAT = re.compile(
    rf"(?:体温|发烧|发热|高烧|烧(?=到|得|起)){GAP}{_ONLY} ?(?<![0-9.])"
    rf"([34][0-9])(?:\.([0-9])|度([0-9])|(?: ?[度℃])?){_OTHER_UNIT}"
)


def told_values(text: str) -> Iterator[tuple[str, float]]:
    """(RBG or TEMP, value in mmol/L or ℃) of everything told as measured now that a body can have."""
    said = to_digits_everywhere(plain(text))
    for match in _SUGAR.finditer(said):
        yield from _told(said, match, "RBG", float(match[1]))
    for match in _HEAT.finditer(said):
        yield from _told(said, match, "TEMP", float(f"{match[1]}.{match[2] or match[3] or 0}"))


def _told(said: str, match: re.Match[str], indicator: str, value: float) -> Iterator[tuple[str, float]]:
    low, high = HARD_LIMITS[indicator]
    if low <= value <= high and told_now(said, match.start(), match.end(), certain=False):
        yield indicator, value
