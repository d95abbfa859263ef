"""Danger signs that fire at the answer, before the form is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaires.rules.branching import visible_answers
from app.questionnaires.rules.conditions import holds
from app.questionnaires.rules.items import Definition


@dataclass(frozen=True)
class Flag:
    """A danger sign: `advice_key` names the approved text the patient sees at once, `reason` is for staff."""

    code: str
    urgency: str
    advice_key: str
    reason: str
    source: str | None = None


def fired(definition: Definition, answers: Mapping[str, object]) -> tuple[Flag, ...]:
    """All flags that hold over the visible `answers` ({linkId: normalized value}), in the order defined."""
    counting = visible_answers(definition, answers)
    return tuple(
        Flag(rule.code, rule.urgency, rule.advice_key, rule.reason, rule.source)
        for rule in definition.flags
        if holds(rule.when, counting)
    )


def newly_fired(
    definition: Definition, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Flag, ...]:
    """The flags this answer brought: those of `after` that `before` had not."""
    known = {flag.code for flag in fired(definition, before)}
    return tuple(flag for flag in fired(definition, after) if flag.code not in known)
