"""Read enableWhen and flag conditions, and check each against the question it asks about."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.documents import items_of, known_keys, mapping_of, refuse, text_of
from app.core.errors import Invalid
from app.questionnaires.rules.conditions import OPERATORS, ORDERINGS, AllOf, AnyOf, Condition, Rule
from app.questionnaires.rules.items import CHOICE_TYPES, NUMERIC_TYPES, Item
from app.questionnaires.rules.values import normalize

PARTS = ("systolic", "diastolic")
MAX_NESTING = 5

_CONDITION_KEYS = frozenset({"question", "operator", "answer"})
_CODE = "definition_condition"


def read_enable_when(entry: Mapping[str, object], where: str, earlier: Mapping[str, Item]) -> Rule | None:
    """The flat FHIR form: a list under enableWhen, joined by enableBehavior all (default) or any."""
    listed = items_of(entry, "enableWhen", where)
    behavior = entry.get("enableBehavior", "all")
    if behavior not in ("all", "any"):
        raise refuse(where, "enableBehavior 应是 all（全部满足）或 any（任一满足）", _CODE)
    if not listed:
        return None
    rules = tuple(_condition(mapping_of(raw, where, _CODE), where, earlier) for raw in listed)
    return AllOf(rules) if behavior == "all" else AnyOf(rules)


def read_rule(raw: object, where: str, items: Mapping[str, Item], depth: int = 0) -> Rule:
    """The nested form flags use: a condition, or {"all": […]}, or {"any": […]}, up to five deep."""
    entry = mapping_of(raw, where, _CODE)
    if depth > MAX_NESTING:
        raise refuse(where, f"条件最多套 {MAX_NESTING} 层，请拆开写", _CODE)
    for key, join in (("all", AllOf), ("any", AnyOf)):
        if key in entry:
            known_keys(entry, frozenset({key}), where)
            listed = items_of(entry, key, where)
            if not listed:
                raise refuse(where, f"{key} 里至少要有一个条件", _CODE)
            return join(tuple(read_rule(each, where, items, depth + 1) for each in listed))
    return _condition(entry, where, items)


def _condition(entry: Mapping[str, object], where: str, earlier: Mapping[str, Item]) -> Condition:
    known_keys(entry, _CONDITION_KEYS, where)
    asked, sign = text_of(entry, "question", where), text_of(entry, "operator", where)
    item, part = _target(asked, where, earlier)
    if sign not in OPERATORS:
        raise refuse(where, f"不认识运算符 {sign}，可用：{'、'.join(sorted(OPERATORS))}", _CODE)
    return Condition(item.link_id, sign, _answer(entry.get("answer"), item, part, sign, where), part)


def _target(asked: str, where: str, earlier: Mapping[str, Item]) -> tuple[Item, str | None]:
    """The question a condition asks about; `bp.systolic` is one half of a blood pressure."""
    if asked in earlier:
        item, part = earlier[asked], None
    else:
        name, _, part = asked.rpartition(".")
        if name not in earlier or earlier[name].type != "blood-pressure" or part not in PARTS:
            raise refuse(
                where, f"条件里的题目 {asked} 不存在或排在后面，只能引用前面的题目，请调整顺序或改名", _CODE
            )
        item = earlier[name]
    if not item.asks:
        raise refuse(where, f"条件里的 {asked} 不是题目（是分组或说明），请换成题目", _CODE)
    return item, part


def _answer(raw: object, item: Item, part: str | None, sign: str, where: str) -> object:
    if sign == "exists":
        if not isinstance(raw, bool):
            raise refuse(where, "exists 的 answer 应是 true（已答）或 false（未答）", _CODE)
        return raw
    if item.type == "blood-pressure" or item.type in NUMERIC_TYPES:
        return _number(raw, item, part, where)
    if sign in ORDERINGS and item.type != "date":
        raise refuse(where, f"{item.link_id} 不能比大小，请用 =、!= 或 exists", _CODE)
    if item.type in CHOICE_TYPES:
        if raw not in item.option_codes:
            raise refuse(where, f"{item.link_id} 没有选项 {raw}，请改成它的选项 code", _CODE)
        return raw
    try:
        return normalize(item, raw)
    except Invalid as wrong:
        raise refuse(where, f"条件的 answer 不合 {item.link_id} 的要求：{wrong.message}", _CODE) from wrong


def _number(raw: object, item: Item, part: str | None, where: str) -> object:
    if item.type == "blood-pressure" and part is None:
        raise refuse(
            where, f"请写明 {item.link_id}.systolic（高压）或 {item.link_id}.diastolic（低压）", _CODE
        )
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise refuse(where, f"{item.link_id} 是数字题，条件的 answer 应是一个数", _CODE)
    return raw
