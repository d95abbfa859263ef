"""Read one item of a questionnaire document, or refuse it by its linkId."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from app.core.documents import (
    flag_of,
    items_of,
    known_keys,
    mapping_of,
    number_of,
    optional_text_of,
    refuse,
    text_of,
)
from app.core.errors import Invalid
from app.questionnaires.rules.enabling import read_enable_when
from app.questionnaires.rules.items import CHOICE_TYPES, ENTRY_TYPES, ITEM_TYPES, NUMERIC_TYPES, Item, Option
from app.questionnaires.rules.values import normalize

_ITEM_KEYS = frozenset(
    {"linkId", "type", "text", "item", "required", "repeats", "initial", "min", "max", "maxLength", "unit"}
    | {"unitFactors", "answerOption", "enableWhen", "enableBehavior", "help", "purpose", "source", "aliases"}
    | {"indicator", "notMeasured"}
)
_OPTION_KEYS = frozenset({"code", "display", "weight", "exclusive", "aliases", "replies", "unclear", "said"})


def name_of(entry: Mapping[str, object]) -> str:
    """The linkId of an entry, or the best name it has while that is missing."""
    return str(entry.get("linkId") or entry.get("text") or "?")


def read_item(entry: Mapping[str, object], parents: tuple[str, ...], earlier: Mapping[str, Item]) -> Item:
    """A checked `Item`; `earlier` are the items before it, the only ones its enableWhen may name."""
    link_id = text_of(entry, "linkId", name_of(entry))
    known_keys(entry, _ITEM_KEYS, link_id)
    kind = text_of(entry, "type", link_id)
    if kind not in ITEM_TYPES:
        known = "、".join(sorted(ITEM_TYPES))
        raise refuse(link_id, f"不认识题型 {kind}，可用：{known}", "definition_type")
    item = Item(
        link_id=link_id,
        type=kind,
        text=text_of(entry, "text", link_id),
        parents=parents,
        required=flag_of(entry, "required", link_id),
        repeats=flag_of(entry, "repeats", link_id),
        minimum=_limit(entry, "min", kind, link_id),
        maximum=_limit(entry, "max", kind, link_id),
        max_length=_max_length(entry, link_id),
        unit=_unit(entry, kind, link_id),
        unit_factors=_unit_factors(entry, kind, link_id),
        options=_options(entry, kind, link_id),
        shown_when=read_enable_when(entry, link_id, earlier),
        help=optional_text_of(entry, "help", link_id),
        purpose=optional_text_of(entry, "purpose", link_id),
        source=optional_text_of(entry, "source", link_id),
        aliases=_words(entry, link_id),
        indicator=_indicator(entry, kind, link_id),
        not_measured=_not_measured(entry, kind, link_id),
    )
    _consistent(item)
    return _with_initial(item, entry)


def _consistent(item: Item) -> None:
    if item.type in ENTRY_TYPES and item.required:
        raise refuse(item.link_id, "分组和说明文字不能设为必答", "definition_required")
    if item.repeats and item.type not in CHOICE_TYPES:
        raise refuse(item.link_id, "只有选择题可以多选(repeats)，请去掉 repeats", "definition_repeats")
    low, high = item.minimum, item.maximum
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise refuse(item.link_id, f"min {low} 比 max {high} 还大，请改正", "definition_limits")


def _with_initial(item: Item, entry: Mapping[str, object]) -> Item:
    if entry.get("initial") is None:
        return item
    if not item.asks:
        raise refuse(item.link_id, "分组和说明文字没有初始值，请去掉 initial", "definition_initial")
    try:
        initial = normalize(item, entry["initial"])
    except Invalid as wrong:
        raise refuse(
            item.link_id, f"初始值不合这一题的要求：{wrong.message}", "definition_initial"
        ) from wrong
    return replace(item, initial=initial)


def _limit(entry: Mapping[str, object], key: str, kind: str, link_id: str) -> float | str | None:
    raw = entry.get(key)
    if raw is None:
        return None
    if kind == "date":
        return _date_limit(raw, key, link_id)
    if kind not in NUMERIC_TYPES:
        raise refuse(link_id, f"只有数字题和日期题可以设 {key}", "definition_limits")
    return number_of(entry, key, link_id)


def _date_limit(raw: object, key: str, link_id: str) -> str:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise refuse(link_id, f"{key} 应是日期，例如 2026-03-01", "definition_limits") from None


def _max_length(entry: Mapping[str, object], link_id: str) -> int | None:
    length = number_of(entry, "maxLength", link_id)
    if length is not None and not (length == int(length) and 1 <= length <= 5000):
        raise refuse(link_id, "maxLength 应是 1 到 5000 的整数", "definition_limits")
    return None if length is None else int(length)


def _unit(entry: Mapping[str, object], kind: str, link_id: str) -> str | None:
    unit = optional_text_of(entry, "unit", link_id)
    if kind == "quantity" and unit is None:
        raise refuse(link_id, "带单位的数字题(quantity)要写 unit，例如 kg", "definition_unit")
    return unit


def _indicator(entry: Mapping[str, object], kind: str, link_id: str) -> str | None:
    indicator = optional_text_of(entry, "indicator", link_id)
    if indicator is not None and kind not in NUMERIC_TYPES:
        raise refuse(link_id, "只有数字题可以写 indicator（血压题不用写）", "definition_indicator")
    return indicator


def _not_measured(entry: Mapping[str, object], kind: str, link_id: str) -> Option | None:
    if entry.get("notMeasured") is None:
        return None
    if kind != "blood-pressure":
        raise refuse(link_id, "只有血压题可以写 notMeasured", "definition_options")
    return _option(mapping_of(entry["notMeasured"], link_id, "definition_options"), link_id)


def _unit_factors(entry: Mapping[str, object], kind: str, link_id: str) -> dict[str, float]:
    raw = entry.get("unitFactors")
    if raw is None:
        return {}
    factors = mapping_of(raw, link_id, "definition_unit")
    if kind != "quantity":
        raise refuse(link_id, "只有 quantity 题可以写 unitFactors", "definition_unit")
    read = {str(unit): number_of(factors, unit, link_id) for unit in factors}
    if any(factor is None or factor <= 0 for factor in read.values()):
        raise refuse(link_id, "unitFactors 的换算系数应是大于 0 的数", "definition_unit")
    return {unit: factor for unit, factor in read.items() if factor is not None}


def _options(entry: Mapping[str, object], kind: str, link_id: str) -> tuple[Option, ...]:
    raw = items_of(entry, "answerOption", link_id)
    if kind in CHOICE_TYPES and not raw:
        raise refuse(link_id, "选择题至少要有一个选项(answerOption)", "definition_options")
    if kind not in CHOICE_TYPES and raw:
        raise refuse(link_id, "只有选择题可以有选项(answerOption)", "definition_options")
    options = tuple(_option(mapping_of(each, link_id, "definition_options"), link_id) for each in raw)
    for name in ("code", "display"):
        seen = [getattr(option, name) for option in options]
        if len(set(seen)) < len(seen):
            raise refuse(link_id, f"选项的 {name} 有重复，请改成不同的", "definition_options")
    return options


def _option(raw: Mapping[str, object], link_id: str) -> Option:
    known_keys(raw, _OPTION_KEYS, link_id)
    return Option(
        code=text_of(raw, "code", link_id),
        display=text_of(raw, "display", link_id),
        weight=number_of(raw, "weight", link_id),
        exclusive=flag_of(raw, "exclusive", link_id),
        aliases=_words(raw, link_id),
        replies=_words(raw, link_id, "replies"),
        unclear=flag_of(raw, "unclear", link_id),
        said=optional_text_of(raw, "said", link_id),
    )


def _words(entry: Mapping[str, object], link_id: str, key: str = "aliases") -> tuple[str, ...]:
    raw = items_of(entry, key, link_id)
    if not all(isinstance(word, str) and word.strip() for word in raw):
        raise refuse(link_id, f"{key} 应是一串词语", "definition_aliases")
    return tuple(str(word).strip() for word in raw)


def distinct_aliases(items: Iterable[Item]) -> None:
    """Raise Invalid(definition_aliases) where one word would mean two things in the chat."""
    owners: dict[str, str] = {}
    for item in items:
        words = [*item.aliases, *(word for option in item.options for word in option.aliases)]
        for word in words:
            owner = owners.setdefault(word, item.link_id)
            if owner != item.link_id or words.count(word) > 1:
                raise refuse(
                    item.link_id,
                    f"说法“{word}”用在了两处（另一处 {owner}），请只留一处",
                    "definition_aliases",
                )
