"""Reckon the scores of a response: sums and means over visible items, reversals, bands, missing answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaires.rules.branching import visible, visible_answers
from app.questionnaires.rules.items import Band, Definition, Item, ScoreRule


@dataclass(frozen=True)
class Score:
    """One reckoned score. `value` and `band` are None when too many answers are missing."""

    key: str
    value: float | None
    band: Band | None
    answered: int
    missing: tuple[str, ...]
    source: str | None = None


def score(definition: Definition, answers: Mapping[str, object]) -> tuple[Score, ...]:
    """Every score of `definition` over `answers` ({linkId: normalized value}), in the order defined.

    A hidden item is neither counted nor missing. With missing answers: `refuse` gives no value,
    `skip` reckons over what is there, `prorate` scales the sum to the full number of items;
    the last two only while at most `missing_allowed` are open. A score without any item has no value.
    """
    shown = set(visible(definition, answers))
    counting = visible_answers(definition, answers)
    return tuple(_score(rule, definition, shown, counting) for rule in definition.scores)


def _score(rule: ScoreRule, definition: Definition, shown: set[str], answers: Mapping[str, object]) -> Score:
    asked = [link_id for link_id in rule.items if link_id in shown]
    points = [
        _points(definition.by_link_id[link_id], answers[link_id], link_id in rule.reverse)
        for link_id in asked
        if link_id in answers
    ]
    missing = tuple(link_id for link_id in asked if link_id not in answers)
    value = _value(rule, points, len(asked), len(missing))
    return Score(rule.key, value, band_of(rule.bands, value), len(points), missing, rule.source)


def band_of(bands: tuple[Band, ...], value: float | None) -> Band | None:
    """The band `value` falls in: the last whose floor it reaches. None below the first or without a value."""
    if value is None:
        return None
    reached = [band for band in bands if value >= band.floor]
    return reached[-1] if reached else None


def _value(rule: ScoreRule, points: list[float], asked: int, missing: int) -> float | None:
    allowed = 0 if rule.missing == "refuse" else rule.missing_allowed
    if not points or missing > allowed:
        return None
    total = sum(points)
    if rule.method == "mean":
        return round(total / len(points), 4)
    if rule.missing == "prorate":
        total = total * asked / len(points)
    return round(total, 4)


def _points(item: Item, answer: object, reversed_: bool) -> float:
    worth = _worth(item, answer)
    if not reversed_:
        return worth
    low, high = _span(item)
    return low + high - worth


def _worth(item: Item, answer: object) -> float:
    if isinstance(answer, bool):
        return 1.0 if answer else 0.0
    if isinstance(answer, int | float):
        return float(answer)
    if isinstance(answer, Mapping):
        return float(answer.get("value", 0.0))  # an "other" of an open choice carries no weight
    chosen = answer if isinstance(answer, list) else [answer]
    return float(sum(item.option_codes[code].weight or 0.0 for code in chosen if isinstance(code, str)))


def _span(item: Item) -> tuple[float, float]:
    if item.type == "boolean":
        return 0.0, 1.0
    if item.options:
        weights = [option.weight or 0.0 for option in item.options]
        return min(weights), max(weights)
    return float(item.minimum or 0.0), float(item.maximum or 0.0)
