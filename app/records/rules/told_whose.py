"""Whose number is it: the writer's own, told, or another person's, or one only asked about?

Text comes in normalized by `told_numbers.normal`.
Source: docs/clinical-decisions.md#told-pressure (needs review)
"""

from __future__ import annotations

import re

from app.records.rules.told_numbers import clause, told_now

_ANOTHER = re.compile(
    "老伴|老头|老太|爱人|丈夫|老公|妻子|老婆|媳妇|(?<!其)(?<!吉)他|她|爸|妈|父亲|母亲|父母|岳父|岳母|爷爷|奶奶|公公|婆婆|外婆|外公"
    "|我[姐妹哥弟舅叔姑]|儿子|女儿|女婿|孙子|孙女|孩子|邻居|亲戚|同事|朋友|别人|人家"
)
_MYSELF = re.compile("(?<![让叫跟])我|本人")
_BESIDE_ME = re.compile("我(?:和|跟|与|同)我?$")
_HIS_AFTER_ALL = re.compile(f"^[,。; ]*(?:这)?是[^,。;0-9]{{0,4}}?(?:{_ANOTHER.pattern})(?![^,。;]*我)")
_ASKED_ABOUT = re.compile(
    "(?:正常|[偏太很算]?[高低]|标准|要紧|有事|严重|危险|达标|合格|行|好|可以|怎么样|怎样|如何)"
    "[^,。;!?0-9]{0,3}?(?:吗|么|嘛|[?])|(?:正常|高|低|要紧|严重|危险)不(?:正常|高|低|要紧|严重|危险)?(?:[,。?]|$)"
)
_MEASURED = re.compile("[量测]|今天|今早|刚|现在|早上|晚上|昨天|昨晚|我的?(?:血压|高压|低压|上压|下压|[0-9])")


def told_of_herself(text: str, start: int, end: int) -> bool:
    """Whether what stands at `text[start:end]` is told as the writer's own, and as measured now.

    Who was named last before it has it: "老伴帮我量的138/86" is the writer's. A pair asked about
    ("130/80正常吗") is hers only when a measuring is spoken of.
    """
    if not told_now(text, start, end, certain=True):
        return False
    begin, stop = clause(text, start, end)
    if _anothers(text[:start]) or _anothers(text[end:stop]) or _HIS_AFTER_ALL.search(text[stop:]):
        return False
    sentence = re.split("[。;!\n]", text[end:], maxsplit=1)[0]
    return not _ASKED_ABOUT.search(sentence) or _MEASURED.search(text[begin:stop]) is not None


def told_of_another(text: str, start: int, end: int) -> bool:
    """Whether the complaint at `text[start:end]` is another person's: 我老伴胸痛, 胸痛的是我老伴.

    "老伴说我头晕" and "我和老伴都头晕" are the writer's own.
    """
    last = max((match for match in _ANOTHER.finditer(text[:start])), key=lambda m: m.end(), default=None)
    if last is not None and _BESIDE_ME.search(text[: last.start()]):
        return False
    _, stop = clause(text, start, end)
    of_him = re.match(f"的[^,。;]{{0,2}}是[^,。;]{{0,3}}(?:{_ANOTHER.pattern})", text[end:stop])
    return _anothers(text[:start]) or of_him is not None or _HIS_AFTER_ALL.search(text[stop:]) is not None


def _anothers(piece: str) -> bool:
    """Whether the person named last in `piece` is another than the writer."""
    last = max((match.end() for match in _ANOTHER.finditer(piece)), default=None)
    return last is not None and not _MYSELF.search(piece, last)
