"""Small facts of written Chinese that more than one room needs; knows no hospital and keeps no state."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

_DENIAL = re.compile(r"(?:没有|沒有|并没|并无|没|無|无|未|不|否认)(?P<between>[^没沒無无未不否]*)$")
_CARRIES = re.compile(
    r"(?:再|了|怎么|什么|任何|过|出现|感觉|感到|觉得|发生|明显|的|一点|也|都|太|大|很|有|是|会"
    r"|和|及|与|或者|或|以及|、|/|\s)*"
)
_CLAUSE_END = re.compile(r"[,，。；;！!？?\n]|但是|但|不过|就是|只是|可是|却")


def plain(text: str) -> str:
    """`text` in one spelling: full-width letters and digits made half-width, lower case, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def denied(text: str, start: int, listed: tuple[str, ...] = ()) -> bool:
    """Whether the word at `text[start:]` is denied: "没有胸痛", "不头晕", "没有头晕、恶心" (the second too).

    Only a denial right in front counts, over small words and over the other `listed` words of the
    same enumeration. "没睡好头晕" denies the sleep, not the dizziness: missing a complaint is worse
    than asking once more.
    """
    before = text[:start]
    clause = before[max((end.end() for end in _CLAUSE_END.finditer(before)), default=0) :]
    found = _DENIAL.search(clause)
    if found is None:
        return False
    between = found["between"]
    for word in sorted(listed, key=len, reverse=True):
        between = between.replace(word, "、")
    return _CARRIES.fullmatch(between) is not None


def spoken(at: datetime, now: datetime) -> str:
    """`at` seen from `now`, both on one wall clock.

    今天 14:05, 昨天 09:00, 3月1日 09:00, 2025年3月1日 09:00.
    """
    days = (at.date() - now.date()).days
    near = {0: "今天", -1: "昨天", 1: "明天"}.get(days)
    if near is not None:
        return f"{near} {at:%H:%M}"
    year = "" if at.year == now.year else f"{at.year}年"
    return f"{year}{at.month}月{at.day}日 {at:%H:%M}"


def card_time(at: datetime) -> str:
    """A moment as WeChat's cards take it: 2026年3月2日 08:00."""
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
