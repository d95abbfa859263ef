"""Danger signs that fire at the answer, before the form is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaires.rules.branching import visible_answers
from app.questionnaires.rules.conditions import Rule, grounds, holds
from app.questionnaires.rules.items import Definition
from app.questionnaires.rules.measured import measured
from app.questionnaires.rules.measured_flags import flag_rules
from app.records.rules.dangers import dangers_of


@dataclass(frozen=True)
class Flag:
    """A danger sign: `advice_key` names the approved text the patient sees at once, `reason` is for staff."""

    code: str
    urgency: str
    advice_key: str
    reason: str
    source: str | None = None
    signs: tuple[str, ...] = ()
    """The chosen codes it rests on, in the order defined: eye_pain; none where a number alone fires it."""


def fired(definition: Definition, answers: Mapping[str, object]) -> tuple[Flag, ...]:
    """All flags that hold over the visible `answers` ({linkId: normalized value}): the form's, in the order
    defined, then those of measurements that it leaves unjudged."""
    counting = visible_answers(definition, answers)
    known = _measured_reasons(definition, counting)
    return tuple(
        Flag(
            rule.code,
            rule.urgency,
            rule.advice_key,
            known.get(rule.code, rule.reason),
            rule.source,
            _signs(rule.when, counting),
        )
        for rule in flag_rules(definition)
        if holds(rule.when, counting)
    )


def newly_fired(
    definition: Definition, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Flag, ...]:
    """The flags this answer brought: those of `after` that `before` had not."""
    known = {flag.code for flag in fired(definition, before)}
    return tuple(flag for flag in fired(definition, after) if flag.code not in known)


def told_now(
    definition: Definition, before: Mapping[str, object], after: Mapping[str, object], anew: str | None = None
) -> tuple[Flag, ...]:
    """The flags of `after` that rest on something `before` did not tell: another number, another symptom.

    The question `anew` was answered again, with the same or not: whatever rests on it is told now.
    Whether that is news to anybody is for the alert to judge: docs/clinical-decisions.md#alert-causes
    """
    then, counting = visible_answers(definition, before), visible_answers(definition, after)
    rules = {rule.code: rule.when for rule in flag_rules(definition)}
    return tuple(
        flag
        for flag in fired(definition, after)
        if not holds(rules[flag.code], then) or _adds(rules[flag.code], then, counting, anew)
    )


def _measured_reasons(definition: Definition, counting: Mapping[str, object]) -> dict[str, str]:
    """{code: 脉搏 35} of the flags that no form spells: they tell the number."""
    own = {flag.code for flag in definition.flags}
    dangers = [danger for values in measured(definition, counting).values() for danger in dangers_of(values)]
    return {danger.code: danger.told for danger in reversed(dangers) if danger.code not in own}


def _adds(rule: Rule, then: Mapping[str, object], counting: Mapping[str, object], anew: str | None) -> bool:
    known = grounds(rule, then)
    return any(ground[0].question == anew or ground not in known for ground in grounds(rule, counting))


def _signs(rule: Rule, counting: Mapping[str, object]) -> tuple[str, ...]:
    found = [condition.answer for condition, _ in grounds(rule, counting) if condition.operator == "="]
    return tuple(dict.fromkeys(answer for answer in found if isinstance(answer, str)))
