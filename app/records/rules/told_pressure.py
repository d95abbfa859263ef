"""Blood pressures in a patient's own words: both numbers, or only one of them.

高压一百八, 血压185, 上压190 下压120, 一百九 一百二, 190、110, 低压125.
Source: docs/clinical-decisions.md#told-pressure (needs review)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.records.rules.plausibility import HARD_LIMITS
from app.records.rules.told_numbers import GAP, NO_UNIT, NUMBER, named, normal, told_now
from app.records.rules.told_whose import told_of_herself

SYSTOLIC = (60, HARD_LIMITS["SBP"][1])
DIASTOLIC = (30, HARD_LIMITS["DBP"][1])
"""mmHg: outside of these a number told in passing is no pressure (2026/03)."""
LEAST_BARE = 40
"""mmHg: a smaller number without a name is anything."""
LEAST_SLASHED = 8
"""Below this, two numbers with a slash ("吃了1/2片") are no pressure in any unit."""
SURELY_HIGH = 100
"""mmHg: a lone number without a name from here on is the high one, below it the low one."""

HIGH = "高压(?![锅电氧线泵枪])|收缩压|上压|大压|sbp"
LOW = "低压|舒张压|下压|小压|dbp"
_PRESSURE = "血压(?![药计仪片贴袖表])"
_BETWEEN = r"[^0-9。;!?]{0,8}?"
_BREAK = r"(?![0-9]|\.[0-9]|[/\-年月日号])"
_NAMED_PAIRS = (
    (re.compile(f"(?:{HIGH}){GAP}{NUMBER}{_BETWEEN}(?:{LOW}){GAP}{NUMBER}{NO_UNIT}"), 1, 2),
    (re.compile(f"(?:{LOW}){GAP}{NUMBER}{_BETWEEN}(?:{HIGH}){GAP}{NUMBER}{NO_UNIT}"), 2, 1),
)
_SLASHED = re.compile(rf"(?<![0-9/.\-年月])([0-9]{{2,3}}) ?[/|\\:] ?([0-9]{{2,3}}){_BREAK}")
_ANY_SLASHED = re.compile(
    rf"(?<![0-9/.\-年月])([0-9]{{1,3}}(?:\.[0-9]{{1,2}})?) ?[/|\\] ?([0-9]{{1,3}}(?:\.[0-9]{{1,2}})?){_BREAK}"
)
_LOOSE = re.compile(
    rf"(?<![0-9/.\-年月])([0-9]{{2,3}}) ?(?:比|到|至|-|~|、|,|和|跟| ) ?([0-9]{{2,3}}){_BREAK}{NO_UNIT}"
)
_LITTLE = re.compile(
    "(?:今天|今早|早上|早晨|上午|中午|下午|晚上|刚才|刚|现在|mmhg|毫米汞柱|左右"
    "|[我的是了量测又多啊呢吧呀 ,。.!])*"
)


@dataclass(frozen=True)
class Told:
    """One pressure, mmHg; a number that was not told is None. `start`, `end`: where in the normal text."""

    systolic: int | None
    diastolic: int | None
    start: int
    end: int
    named: bool = True
    """False for a bare number: which of the two it is was only guessed."""
    alone: bool = False
    """True where own_pressure found nothing else in the message."""

    @property
    def whole(self) -> bool:
        """Both numbers were told."""
        return self.systolic is not None and self.diastolic is not None

    @property
    def words(self) -> str:
        """190/110, 高压 185, 低压 125."""
        if self.whole:
            return f"{self.systolic}/{self.diastolic}"
        return f"高压 {self.systolic}" if self.systolic is not None else f"低压 {self.diastolic}"


def told_pressures(text: str, *, asked: bool = False) -> tuple[Told, ...]:
    """Every pressure told as measured now, pairs first.

    `asked`: a pressure was just asked for, so that bare numbers are one ("185", "190 110 还是有点高").
    """
    text = normal(text)
    found = [*_pairs(text, asked)]
    for told in _singles(text):
        if not any(told.start < other.end and other.start < told.end for other in found):
            found.append(told)
    return tuple(found or (_bare(text) if asked else ()))


def own_pressures(text: str, *, asked: bool = False) -> tuple[Told, ...]:
    """Of `told_pressures` those that the writer tells of herself.

    Another person's, one of long ago or one that is only asked about is none.
    """
    said = normal(text)
    return tuple(
        told for told in told_pressures(said, asked=asked) if told_of_herself(said, told.start, told.end)
    )


def unlikely_pair(text: str) -> tuple[str, str, int, int] | None:
    """Two numbers with a slash told as her own that are no pressure in mmHg: 18/12, 112/182.

    High, low, and where they stand in the normal text: whoever asked for a pressure says what is wrong.
    """
    said = normal(text)
    for match in _ANY_SLASHED.finditer(said):
        if float(match[1]) >= LEAST_SLASHED and told_of_herself(said, match.start(), match.end()):
            return match[1], match[2], match.start(), match.end()
    return None


def own_pressure(text: str, before: str = "") -> Told | None:
    """The one of `own_pressures` that is for her chart; half of one is joined with `before`."""
    said = normal(text)
    earlier = next((told for told in own_pressures(before) if not told.whole), None)
    told = next(iter(own_pressures(said, asked=earlier is not None)), None)
    if told is None:
        return None
    around = (re.sub(_PRESSURE, "", piece) for piece in (said[: told.start], said[told.end :]))
    alone = all(_LITTLE.fullmatch(piece) for piece in around)
    told = replace((joined(earlier, told) if earlier else None) or told, alone=alone)
    return told if told.whole or told.named else None


def joined(first: Told, second: Told) -> Told | None:
    """Two halves told one after the other as one pressure; None when they do not make one."""
    if first.whole or second.whole:
        return None
    other = second.systolic if second.systolic is not None else second.diastolic
    systolic = first.systolic if first.systolic is not None else second.systolic
    diastolic = first.diastolic if first.diastolic is not None else second.diastolic
    if not second.named:
        systolic, diastolic = (other, diastolic) if first.systolic is None else (systolic, other)
    if not _likely(systolic, diastolic):
        return None
    return Told(systolic, diastolic, second.start, second.end)


def _pairs(text: str, asked: bool) -> list[Told]:
    found: list[Told] = []
    for pattern, high, low in (*_NAMED_PAIRS, (_SLASHED, 1, 2)):
        found += [_pair(match, high, low) for match in pattern.finditer(text) if _is_told(text, match)]
    for match in _LOOSE.finditer(text):
        alone = _LITTLE.fullmatch(text[: match.start()]) and _LITTLE.fullmatch(text[match.end() :])
        if (asked or alone or re.search(_PRESSURE, text)) and _is_told(text, match):
            found.append(_pair(match, 1, 2))
    return [told for told in found if _likely(told.systolic, told.diastolic)]


def _is_told(text: str, match: re.Match[str]) -> bool:
    return told_now(text, match.start(), match.end(), certain=True)


def _pair(match: re.Match[str], high: int, low: int) -> Told:
    return Told(int(match[high]), int(match[low]), match.start(), match.end())


def _singles(text: str) -> list[Told]:
    high = [
        Told(int(match[1]), None, match.start(), match.end())
        for match in named(f"{HIGH}|{_PRESSURE}", text)
        if SYSTOLIC[0] <= int(match[1]) <= SYSTOLIC[1]
    ]
    low = [
        Told(None, int(match[1]), match.start(), match.end())
        for match in named(LOW, text)
        if DIASTOLIC[0] <= int(match[1]) <= DIASTOLIC[1]
    ]
    return high + low


def _bare(text: str) -> tuple[Told, ...]:
    match = re.search(NUMBER + NO_UNIT, text)
    if match is None or not (
        _LITTLE.fullmatch(text[: match.start()]) and _LITTLE.fullmatch(text[match.end() :])
    ):
        return ()
    number = int(match[1])
    if SURELY_HIGH <= number <= SYSTOLIC[1]:
        return (Told(number, None, match.start(), match.end(), named=False),)
    return (Told(None, number, match.start(), match.end(), named=False),) if number >= LEAST_BARE else ()


def _likely(systolic: int | None, diastolic: int | None) -> bool:
    if systolic is None or diastolic is None:
        return False
    return (
        SYSTOLIC[0] <= systolic <= SYSTOLIC[1]
        and DIASTOLIC[0] <= diastolic <= DIASTOLIC[1]
        and diastolic < systolic
    )
