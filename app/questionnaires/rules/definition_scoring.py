"""Read the scoring and flag sections of a questionnaire document."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.documents import (
    items_of,
    known_keys,
    mapping_of,
    number_of,
    optional_text_of,
    refuse,
    text_of,
)
from app.questionnaires.rules.enabling import read_rule
from app.questionnaires.rules.items import NUMERIC_TYPES, Band, FlagRule, Item, ScoreRule

METHODS = ("sum", "mean")
MISSING = ("refuse", "skip", "prorate")
URGENCIES = ("critical", "high", "normal")

_SCORE_KEYS = frozenset({"key", "method", "items", "reverse", "missing", "missingAllowed", "bands", "source"})
_BAND_KEYS = frozenset({"from", "code", "display"})
_FLAG_KEYS = frozenset({"code", "urgency", "adviceKey", "when", "reason", "source"})


def read_scores(top: Mapping[str, object], items: Mapping[str, Item]) -> tuple[ScoreRule, ...]:
    """The `scoring` list. Raises Invalid definition_scoring naming the score's key."""
    scores = tuple(
        _score(mapping_of(raw, "scoring", "definition_scoring"), items)
        for raw in items_of(top, "scoring", "scoring")
    )
    _distinct([score.key for score in scores], "scoring")
    return scores


def read_flags(top: Mapping[str, object], items: Mapping[str, Item]) -> tuple[FlagRule, ...]:
    """The `flags` list. Raises Invalid definition_flag_rule naming the flag's code."""
    flags = tuple(
        _flag(mapping_of(raw, "flags", "definition_flag_rule"), items)
        for raw in items_of(top, "flags", "flags")
    )
    _distinct([flag.code for flag in flags], "flags")
    return flags


def _score(entry: Mapping[str, object], items: Mapping[str, Item]) -> ScoreRule:
    key = text_of(entry, "key", "scoring")
    known_keys(entry, _SCORE_KEYS, key)
    named = _link_ids(entry, "items", key, items)
    reverse = frozenset(_link_ids(entry, "reverse", key, items))
    if not named or len(set(named)) < len(named) or not reverse <= set(named):
        raise refuse(key, "items 要列出计分的题目（不重复），reverse 只能是其中的题目", "definition_scoring")
    for link_id in named:
        _scorable(items[link_id], key, reverse)
    return ScoreRule(
        key=key,
        method=_one_of(entry.get("method", "sum"), METHODS, "method", key),
        items=named,
        reverse=reverse,
        missing=_one_of(entry.get("missing", "refuse"), MISSING, "missing", key),
        missing_allowed=_count(number_of(entry, "missingAllowed", key), key),
        bands=_bands(entry, key),
        source=optional_text_of(entry, "source", key),
    )


def _link_ids(entry: Mapping[str, object], name: str, key: str, items: Mapping[str, Item]) -> tuple[str, ...]:
    listed = items_of(entry, name, key)
    for link_id in listed:
        if not isinstance(link_id, str) or link_id not in items:
            raise refuse(key, f"{name} 里的 {link_id} 不是本问卷的题目，请改正", "definition_scoring")
    return tuple(str(link_id) for link_id in listed)


def _scorable(item: Item, key: str, reverse: frozenset[str]) -> None:
    weighted = bool(item.options) and all(option.weight is not None for option in item.options)
    if not (weighted or item.type in NUMERIC_TYPES or item.type == "boolean"):
        raise refuse(key, f"{item.link_id} 不能计分：请给每个选项写 weight", "definition_scoring")
    bounded = weighted or item.type == "boolean" or None not in (item.minimum, item.maximum)
    if item.link_id in reverse and (not bounded or item.repeats):
        raise refuse(
            key, f"{item.link_id} 要反向计分，请写明 min 和 max（多选题不能反向）", "definition_scoring"
        )


def _bands(entry: Mapping[str, object], key: str) -> tuple[Band, ...]:
    bands = tuple(
        _band(mapping_of(raw, key, "definition_scoring"), key) for raw in items_of(entry, "bands", key)
    )
    floors = [band.floor for band in bands]
    if floors != sorted(set(floors)):
        raise refuse(key, "分级的 from 要从低到高，不能重复", "definition_scoring")
    return bands


def _band(entry: Mapping[str, object], key: str) -> Band:
    known_keys(entry, _BAND_KEYS, key)
    floor = number_of(entry, "from", key)
    if floor is None:
        raise refuse(key, "每个分级要写 from（起始分）", "definition_scoring")
    return Band(floor, text_of(entry, "code", key), text_of(entry, "display", key))


def _flag(entry: Mapping[str, object], items: Mapping[str, Item]) -> FlagRule:
    code = text_of(entry, "code", "flags")
    known_keys(entry, _FLAG_KEYS, code)
    return FlagRule(
        code=code,
        urgency=_one_of(entry.get("urgency"), URGENCIES, "urgency", code),
        advice_key=text_of(entry, "adviceKey", code),
        when=read_rule(entry.get("when"), code, items),
        reason=text_of(entry, "reason", code),
        source=optional_text_of(entry, "source", code),
    )


def _one_of(raw: object, known: tuple[str, ...], name: str, where: str) -> str:
    if raw not in known:
        raise refuse(where, f"{name} 应是 {'、'.join(known)} 之一", "definition_scoring")
    return str(raw)


def _count(raw: float | None, where: str) -> int:
    if raw is not None and (raw < 0 or raw != int(raw)):
        raise refuse(where, "missingAllowed 应是不小于 0 的整数", "definition_scoring")
    return int(raw or 0)


def _distinct(names: list[str], where: str) -> None:
    if len(set(names)) < len(names):
        raise refuse(where, "名称(key/code)有重复，请改成不同的", "definition_duplicate")
