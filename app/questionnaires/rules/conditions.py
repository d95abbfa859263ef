"""Conditions over answers (FHIR R4 enableWhen, nested for flags) and the one way they are judged."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
OPERATORS = frozenset({"exists", "=", "!="}) | frozenset(ORDERINGS)


@dataclass(frozen=True)
class Condition:
    """`question operator answer`. `part` is systolic or diastolic for a blood pressure, else None."""

    question: str
    operator: str
    answer: object
    part: str | None = None


@dataclass(frozen=True)
class AllOf:
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class AnyOf:
    rules: tuple[Rule, ...]


Rule = Condition | AllOf | AnyOf


def holds(rule: Rule, answers: Mapping[str, object]) -> bool:
    """Whether `rule` is true over `answers` ({linkId: normalized value}, visible ones only).

    Over a multi choice `!=` holds when no chosen code is equal, every other operator when any fits.
    An unanswered question makes every comparison false, `!=` included; only `exists = false` is true
    of silence: a question must not appear before the one it depends on is answered.
    Source: docs/sources.md#fhir-questionnaire, docs/clinical-decisions.md#questionnaires
    """
    if isinstance(rule, AllOf):
        return all(holds(inner, answers) for inner in rule.rules)
    if isinstance(rule, AnyOf):
        return any(holds(inner, answers) for inner in rule.rules)
    given = list(_values(answers.get(rule.question), rule.part))
    if rule.operator == "exists":
        return bool(given) is rule.answer
    if rule.operator == "!=":
        return bool(given) and all(value != rule.answer for value in given)
    return any(_compare(value, rule.operator, rule.answer) for value in given)


def grounds(rule: Rule, answers: Mapping[str, object]) -> list[tuple[Condition, object]]:
    """Every condition inside `rule` that holds, with what makes it hold.

    A chosen code is one ground however often it is chosen; of a threshold every number is its own.
    """
    return [
        (condition, _value_of(condition, answers))
        for condition in questions_in(rule)
        if holds(condition, answers)
    ]


def questions_in(rule: Rule) -> Iterator[Condition]:
    """Every simple condition inside `rule`."""
    if isinstance(rule, Condition):
        yield rule
        return
    for inner in rule.rules:
        yield from questions_in(inner)


def _value_of(condition: Condition, answers: Mapping[str, object]) -> object:
    if condition.operator not in ORDERINGS:
        return condition.answer
    return list(_values(answers.get(condition.question), condition.part))


def _values(value: object, part: str | None) -> Iterator[object]:
    """The comparable values inside a stored answer."""
    if value is None or (isinstance(value, Mapping) and "absent" in value):
        return
    if isinstance(value, list):
        for each in value:
            yield from _values(each, part)
    elif isinstance(value, Mapping):
        if part is not None:
            yield value.get(part)
        else:
            yield value.get("value", value.get("other", value))
    else:
        yield value


def _compare(value: object, sign: str, answer: object) -> bool:
    if sign == "=":
        return value == answer
    try:
        return ORDERINGS[sign](value, answer)
    except TypeError:  # a stored word against a number orders nothing: the condition does not hold
        return False
