"""Small facts of written Chinese that more than one room needs; knows no hospital and keeps no state."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_DENIAL = re.compile(r"(?:没有|沒有|并没|并无|没|無|无|未|不|否认)(?P<between>[^没沒無无未不否]*)$")
_CARRIES = re.compile(
    r"(?:再|了|怎么|什么|任何|过|出现|感觉|感到|觉得|发生|明显|的|一点|也|都|太|大|很|有|是|会"
    r"|和|及|与|或者|或|以及|、|/|\s)*"
)
_DOUBLE = re.compile("(?:不是|并非|未必|难道)$")
_FEARED = re.compile("不(?:会|是|就是)")
_DOUBTED = re.compile("[该莫]不[会是]")
_CLAUSE_BREAK = re.compile(r"[,，。；;！!\n]")
_ASKS = re.compile("[吧吗嘛?？]|(?<![怎什这那多要])么")
_CLAUSE_END = re.compile(r"[,，。；;！!？?\n]|但是|但|不过|就是|只是|可是|却")


def plain(text: str) -> str:
    """`text` in one spelling: full-width letters and digits made half-width, lower case, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def denied(text: str, start: int, listed: tuple[str, ...] = ()) -> bool:
    """Whether the word at `text[start:]` is denied: "没有胸痛", "不头晕", "没有头晕、恶心" (the second too).

    Only a denial right in front counts, over small words and over the other `listed` words of the
    same enumeration. "没睡好头晕" denies the sleep, not the dizziness: missing a complaint is worse
    than asking once more. A question ("是不是胸痛", "不会是心梗吧") and "不是没有" deny nothing.
    """
    before = text[:start]
    clause = before[max((end.end() for end in _CLAUSE_END.finditer(before)), default=0) :]
    found = _DENIAL.search(clause)
    if found is None or _denies_nothing(clause, found, text[start:]):
        return False
    between = found["between"]
    for word in sorted(listed, key=len, reverse=True):
        between = between.replace(word, "、")
    return _CARRIES.fullmatch(between) is not None


def _denies_nothing(clause: str, found: re.Match[str], after: str) -> bool:
    """A-不-A (是不是, 有没有), fear put as a question (不会是…吧, 该不会是…), a double denial (不是没有)."""
    before, word, behind = clause[: found.start()], clause[found.start() :], _CLAUSE_BREAK.split(after, 1)[0]
    asks = before != "" and before[-1] == word[1:2] and not before.endswith("没有")
    if asks or _DOUBLE.search(before) or _DOUBTED.match(before[-1:] + word):
        return True
    return _FEARED.match(word) is not None and _ASKS.search(behind) is not None


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


_PARTS_OF_DAY = ((5, "凌晨"), (9, "早上"), (12, "上午"), (14, "中午"), (18, "下午"), (24, "晚上"))


def spoken_hour(at: datetime) -> str:
    """The time of day as it is said: 早上 08:00, 晚上 20:00."""
    return f"{next(words for until, words in _PARTS_OF_DAY if at.hour < until)} {at:%H:%M}"


def spoken_day(day: date, today: date) -> str:
    """A day with its weekday: 11月27日（周五）, with the year where it is another."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


def days_away(day: date, today: date) -> str:
    """How far a day lies from today: 今天, 昨天, 前天, 3 天前, 明天, 3 天后."""
    days = (day - today).days
    named = {0: "今天", -1: "昨天", -2: "前天", 1: "明天", 2: "后天"}.get(days)
    return named or (f"{-days} 天前" if days < 0 else f"{days} 天后")
