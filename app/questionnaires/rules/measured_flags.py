"""Red flags that no form has to spell: a measurement beyond its limit is a danger in every form.

The limits are app/records/rules/dangers.py. What a form's own flags judge is left to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.questionnaires.rules.conditions import AnyOf, Condition, questions_in
from app.questionnaires.rules.items import Definition, FlagRule, Item
from app.records.rules.dangers import LIMITS, Limit, Reach

_PARTS = {"SBP": "systolic", "DBP": "diastolic"}


def flag_rules(definition: Definition) -> tuple[FlagRule, ...]:
    """The form's own flags and, behind them, one for each danger that its other measurements may tell."""
    judged = {condition.question for flag in definition.flags for condition in questions_in(flag.when)}
    own = {flag.code for flag in definition.flags}
    items = [item for item in definition.items if item.asks and item.link_id not in judged]
    return definition.flags + tuple(
        _rule(limit, conditions)
        for limit in LIMITS
        if limit.code not in own and (conditions := tuple(_conditions(limit, items)))
    )


def _rule(limit: Limit, conditions: tuple[Condition, ...]) -> FlagRule:
    return FlagRule(
        limit.code, "critical", limit.code, AnyOf(conditions), f"{limit.name}{limit.words}", limit.source
    )


def _conditions(limit: Limit, items: list[Item]) -> Iterator[Condition]:
    for item in items:
        for reach in limit.reaches:
            if (condition := _condition(item, reach)) is not None:
                yield condition


def _condition(item: Item, reach: Reach) -> Condition | None:
    indicator, sign, edge = reach
    if item.type == "blood-pressure" and indicator in _PARTS:
        return Condition(item.link_id, sign, edge, _PARTS[indicator])
    return Condition(item.link_id, sign, edge) if item.indicator == indicator else None
