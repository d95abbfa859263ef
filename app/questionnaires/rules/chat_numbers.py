"""Find blood pressures, labelled numbers, single numbers and dates in a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.questionnaires.rules.items import Item

_N = r"\d{1,3}(?:\.\d{1,2})?"
_MMHG = r"(?: ?mmhg)?"
_HIGH = rf"(?:高压|收缩压|上压)[是为:约 ]*({_N})"
_LOW = rf"(?:低压|舒张压|下压)[是为:约 ]*({_N})"
_SLASHED = re.compile(rf"(?<![\d/.\-年月])({_N}) ?[/\\|] ?({_N})(?![\d/\-年月日号.]){_MMHG}")
_NAMED = re.compile(rf"{_HIGH}[^\d]{{0,6}}?{_LOW}(?![\d.]){_MMHG}")
_NAMED_LOW_FIRST = re.compile(rf"{_LOW}[^\d]{{0,6}}?{_HIGH}(?![\d.]){_MMHG}")
_LOOSE = re.compile(r"(?<![\d.])(\d{2,3}) ?(?:比|到|至|-|、|,|\s) ?(\d{2,3})(?![\d./])" + _MMHG)
_LABELLED = r"(?:是|为|约|大概|大约|有|了|[:= ])*(\d{1,9}(?:\.\d{1,6})?)(?![\d.])"
_ANY_NUMBER = re.compile(r"(?<![\d.])\d{1,9}(?:\.\d{1,6})?(?![\d.])")
_FOREIGN_UNIT = re.compile(r" ?([a-z%°℃μ/]+|公斤|千克|斤|两|包|条|盒|瓶|杯)")
_DATES = (
    re.compile(r"(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
LEAST_SLASHED = 8
"""Below this, two numbers with a slash ("吃了1/2片") are no pressure in any unit."""
LOOSE_SYSTOLIC = (60, 300)
"""Two bare numbers are only taken for a pressure when the first could be a systolic in mmHg."""


@dataclass(frozen=True)
class Found:
    """A raw value for one question, and the stretch of text it came from."""

    raw: object
    start: int
    end: int


def blood_pressure(text: str, *, loose: bool) -> Found | None:
    """The first blood pressure in plain `text`; `loose` also accepts "138 86" and "138比86"."""
    for pattern, high, low in ((_NAMED, 1, 2), (_NAMED_LOW_FIRST, 2, 1), (_SLASHED, 1, 2)):
        match = pattern.search(text)
        if match and (loose or float(match[high]) >= LEAST_SLASHED):
            return _pressure(match, match[high], match[low])
    match = _LOOSE.search(text)
    if match and (loose or "比" in match[0] or "血压" in text):
        systolic, diastolic = int(match[1]), int(match[2])
        if LOOSE_SYSTOLIC[0] <= systolic <= LOOSE_SYSTOLIC[1] and diastolic < systolic:
            return _pressure(match, match[1], match[2])
    return None


def _pressure(match: re.Match[str], systolic: str, diastolic: str) -> Found:
    return Found({"systolic": float(systolic), "diastolic": float(diastolic)}, match.start(), match.end())


def labelled_number(item: Item, text: str) -> Found | None:
    """A number right behind one of the item's own words: "脉搏72", "体重 68.5公斤"."""
    for word in sorted(item.aliases, key=len, reverse=True):
        if match := re.search(re.escape(word.casefold()) + _LABELLED, text):
            return _with_unit(item, match[1], text, match.start(), match.end(1))
    return None


def bare_number(item: Item, text: str) -> Found | None:
    """The only number in plain `text`, with its unit; None when there is none or more than one."""
    numbers = list(_ANY_NUMBER.finditer(text))
    if len(numbers) != 1:
        return None
    return _with_unit(item, numbers[0][0], text, numbers[0].start(), numbers[0].end())


def ambiguous(text: str) -> bool:
    """More than one number where one was asked."""
    return len(_ANY_NUMBER.findall(text)) > 1


def whole_date(text: str) -> str | None:
    """A date as 2026-03-01 when plain `text` is nothing but one; the calendar is checked later."""
    for pattern in _DATES:
        if match := pattern.fullmatch(text):
            return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    return None


def _with_unit(item: Item, number: str, text: str, start: int, end: int) -> Found:
    """The number with the unit said behind it, so that a foreign unit is refused and not taken for ours."""
    units = [unit for unit in (item.unit, *item.unit_factors) if unit]
    for unit in sorted(units, key=len, reverse=True):
        if match := re.compile(rf" ?{re.escape(unit.casefold())}").match(text, end):
            raw: object = {"value": number, "unit": unit} if item.type == "quantity" else number
            return Found(raw, start, match.end())
    foreign = _FOREIGN_UNIT.match(text, end)
    if foreign and item.type == "quantity":
        return Found({"value": number, "unit": foreign[1]}, start, foreign.end())
    return Found(number, start, end)
