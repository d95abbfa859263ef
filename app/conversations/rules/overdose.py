"""Too much medicine at once, in a patient's own words.

Source: docs/clinical-decisions.md#overdose (needs review)
"""

from __future__ import annotations

import re

from app.core.wording import denied
from app.records.rules.spoken_numbers import to_digits_everywhere

TABLETS_AT_ONCE = 5
"""From here on somebody looks: one dose of one medicine hardly ever has as many; 一共 is one occasion."""
TABLETS_A_DAY = 15
"""Told over a day or several: many old people take up to a dozen a day of all their medicines together."""
EXTRA_TABLETS = 2
"""More than was ordered by this many."""

_NUMBER = "([0-9]{1,3}|[零一二两三四五六七八九十百]{1,5})(?:多|几|来)?"
_TAKEN = re.compile(
    "(?:吃|喝|吞|服)(?P<done>了|下了?|下去)?"
    f"[^0-9,。;!?零一二两三四五六七八九十百]{{0,6}}?{_NUMBER} ?(?:片|粒|颗)"
)
_EXTRA = re.compile(f"(?:多|重复)(?:吃|喝|服)了{_NUMBER} ?(?:片|粒|颗|次|遍)")
_TOOK = "(?:给)?(?:我)?(?:吃|喝|吞|服)(?:了|完|光|下|掉|进)"
_PACK = "(?:整整|整|满满)?(?:一|两|半|好几|几|整|大半)?(?:大?把|整?瓶|整?盒|整?板)"
_ALL = "(?:都|全部?|全都|一次性?|一下子?|一口气|通通)*"
_POISON = "农药|百草枯|敌敌畏|除草剂|老?鼠药|杀虫剂|(?:84)?消毒液|洁厕[灵液]"
_MUCH = re.compile(
    "(?:吃|喝|吞|服)(?:了|下了?)(?:整整|整|半)?(?:一|两|半|好几|几|整)?(?:大?把|整?瓶|整?盒|整?板)(?:的)?(?:药|安眠|降压)"
    "|(?:吃|喝|吞|服)(?:了|下了?)?(?:好)?几[十百](?:片|粒|颗)"
    "|药(?:物)?(?:吃|服)(?:的|得)?(?:太多|过量|多了)|(?:吃|服)(?:多了药|药多了|药过量|药太多)|(?:吃|服)过量|药物?过量"
    f"|(?:吃|服)错(?:了)?药|误服|误食|(?:安眠药|安定|睡觉药|助眠药)(?:都|全部?|全都|一次性?|一下子?|一口气|通通)+{_TOOK}"
    f"|(?:一天|全天|一整天|两天|[三四五六七几2-7]天|一周|早晚|早上和晚上)的?药.{{0,4}}"
    f"(?:一次|一起|一块|一下|一口气|同时).{{0,3}}{_TOOK}"
    f"|(?:喝|吃|吞|服)(?:了|下)?(?:一|半|几|好几)?(?:口|点|些|瓶|杯|大口)?(?:的)?(?:{_POISON})"
)
_WHOLE_PACK = re.compile(f"(?P<held>把)?(?P<pack>{_PACK})的?[^0-9,。;!?]{{0,4}}?(?:药|胶囊){_ALL}{_TOOK}")
_RAN_OUT = re.compile(
    "[再去来]?[开配买续取领拿]|怎么办|还要|还用|接着|继续|没有?药|用完|正好|刚好|这个?月|[0-9一二三四五六七八九十]天"
)
_SPANS = (
    (re.compile("每天|天天|每日|(?<![0-9一二两三四五六七八九十几])一天"), 1),
    (re.compile("这个?月|一个?月"), 30),
    (re.compile("这周|一周|一个?星期"), 7),
    (re.compile("几天|一次[一半1]"), 3),
)
_DAYS = re.compile("([0-9]{1,3}|[零一二两三四五六七八九十]{1,3}) ?天")


def takes_too_much(text: str) -> bool:
    """Whether plain `text` says that somebody took too much; what is taken over days counts by the day."""
    if any(not denied(text, match.start()) for match in _MUCH.finditer(text)):
        return True
    if any(_not_used_up(text, match) for match in _WHOLE_PACK.finditer(text)):
        return True
    return _counted(text, _TAKEN, _most(text)) or _counted(text, _EXTRA, EXTRA_TABLETS)


def _most(text: str) -> int:
    """Tablets from which on it is too much, in all the time that `text` speaks of."""
    days = [_number(match[1]) for match in _DAYS.finditer(text)]
    days += [length for pattern, length in _SPANS if pattern.search(text)]
    return TABLETS_A_DAY * max(days) if any(days) else TABLETS_AT_ONCE


def _not_used_up(text: str, match: re.Match[str]) -> bool:
    """Not 一盒药吃完了，要再开: it ended in its time, unless it is said to be whole or taken as one."""
    if denied(text, match.start()):
        return False
    as_one = (
        match["held"]
        or "整" in match["pack"]
        or "把" in match["pack"]
        or re.search("一次|一下|一口气", match[0])
    )
    return bool(as_one) or _RAN_OUT.search(text) is None


def _counted(text: str, pattern: re.Pattern[str], least: int) -> bool:
    return any(
        _number(match[match.re.groups]) >= (least if _is_done(match) else max(least, TABLETS_A_DAY))
        and not denied(text, match.start())
        for match in pattern.finditer(text)
    )


def _is_done(match: re.Match[str]) -> bool:
    """Said to have been taken (吃了), not to be taken (一天吃十片)."""
    return bool(match.groupdict().get("done", "了"))


def _number(said: str) -> int:
    digits = to_digits_everywhere(said)
    return int(digits) if digits.isdigit() else 0
