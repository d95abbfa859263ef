"""Find labelled numbers, single numbers and dates in a message; pressures: records.rules.told_pressure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.questionnaires.rules.items import Item

_LABELLED = r"(?:是|为|约|大概|大约|有|了|[:= ])*(\d{1,9}(?:\.\d{1,6})?)(?![\d.])"
_ANY_NUMBER = re.compile(r"(?<![\d.])\d{1,9}(?:\.\d{1,6})?(?![\d.])")
_FOREIGN_UNIT = re.compile(r" ?([a-z%°℃μ/]+|公斤|千克|斤|两|包|条|盒|瓶|杯)")
_DATES = (
    re.compile(r"(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


@dataclass(frozen=True)
class Found:
    """A raw value for one question, and the stretch of text it came from."""

    raw: object
    start: int
    end: int


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
