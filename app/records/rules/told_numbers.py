"""Numbers behind a name in a patient's own words: told of now, or denied, long ago, only asked about?

Text comes in normalized by `normal`. Source: docs/clinical-decisions.md#told-pressure (needs review)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core.wording import plain
from app.records.rules.spoken_numbers import to_digits

_SMALL = (
    "(?:[ :=,、是为有到约在又都还了就也已大概现今天早昨晚刚才上午中下夜里量测出来经一直总老升涨飙高达超过快"
    "左右居然竟突自己家我的得这会儿每分钟偏很太些只才降跌低]|有点儿?|好像|特别)"
)
_AT = "(?:[0-9一二三四五六七八九十]{1,3} ?点(?:半|[0-9]{1,2}分)?)?"
GAP = f"{_SMALL}{{0,16}}(?:差不多)?{_AT}{_SMALL}{{0,8}}"
"""What may stand between the name and its number; no denial is among it, and no other name."""
NUMBER = r"(?<![0-9.])([0-9]{2,3})"
NO_UNIT = (
    r"(?![0-9]|\.[0-9]"
    r"| ?(?:mg|g|kg|cm|kpa|%|毫克|克|片|粒|颗|块|元|斤|公斤|厘米|步|号|天|年|月|日|岁|米|千帕|度|点|分钟))"
)
"""A number with another unit behind it is another number."""

_CLAUSE_END = re.compile(r"[,。;!?\n]|但是|但|不过|就是|只是|可是|却")
_DENIED = re.compile(
    r"(?:没有?|不是|没有?到|不到|未到|没有?超过|不超过|未超过|低于|小于|少于|没有?上|不足|没有?过|<) ?$"
)
_LONG_AGO = re.compile(
    r"(?<![比跟和同像])(?:以前|(?<![药饭觉])之前|原来|从前|(?<![晕昏])过去|去年|前年|上次|上回|上个?月|上个?星期"
    r"|上周|那年|那时|当年|年轻时|曾经|前几年|前阵子|前段时间|年前|住院[前时那])"
)
_NOW = re.compile("现在|今天|今早|刚|又|还是|仍|这会")
_SUPPOSED = re.compile("如果|要是|万一|假如|的话|什么意思|是指")
_ASKED = re.compile(
    "到多少|多少算|是多少|标准|正常值|正常是|才[算是要用]|算[不是高低危正]|是不是到|以上就|以上才|以上要"
)
_MEASURED = re.compile("我(?!们)|量|测|今天|今早|刚|现在|早上|晚上|昨天|昨晚")


def normal(text: str) -> str:
    """`text` in one spelling, its spoken numbers in digits: 高压一百八 → 高压 180."""
    return to_digits(plain(text))


def named(label: str, text: str) -> Iterator[re.Match[str]]:
    """Every number told now behind a name matching the pattern `label`; its digits are group 1."""
    for match in re.finditer(f"(?:{label}){GAP}{NUMBER}{NO_UNIT}(?! ?[/|] ?[0-9])", text):
        if told_now(text, match.start(), match.end(), certain=False):
            yield match


def told_now(text: str, start: int, end: int, *, certain: bool) -> bool:
    """Whether what stands at `text[start:end]` is said to be so now.

    Not when it is denied, long ago or only supposed. A single number inside a question of the general
    kind ("高压180算高吗") is no reading unless a measuring is spoken of; a pair is one (`certain`).
    """
    if _DENIED.search(text[:start]):
        return False
    begin, stop = clause(text, start, end)
    said = text[begin:stop]
    if _SUPPOSED.search(said) or (_LONG_AGO.search(said) and not _NOW.search(said)):
        return False
    return certain or not _ASKED.search(said) or _MEASURED.search(said) is not None


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the piece between two marks begins and stops that holds `text[start:end]`.

    Commas inside of `text[start:end]` do not part it.
    """
    begin = max((mark.end() for mark in _CLAUSE_END.finditer(text, 0, start)), default=0)
    stop = _CLAUSE_END.search(text, end)
    return begin, stop.start() if stop else len(text)
