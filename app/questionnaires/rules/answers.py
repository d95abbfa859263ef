"""Judge answers against a definition: one at a time while a draft grows, all together at the submit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.core.errors import Invalid
from app.questionnaires.rules.branching import progress, visible, visible_answers
from app.questionnaires.rules.items import Definition, Item
from app.questionnaires.rules.values import normalize

NO_ANSWERS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Checked:
    """A whole response: the values that count, and one named problem per faulty or missing item."""

    values: Mapping[str, object]
    problems: tuple[Invalid, ...]


def check(
    definition: Definition, link_id: str, raw: object, answers: Mapping[str, object] = NO_ANSWERS
) -> object:
    """The stored form of `raw` for question `link_id`, given the draft's `answers` so far.

    Raises Invalid with field = link_id: unknown_question, not_a_question, hidden_question,
    or what `values.normalize` refuses (out_of_range, unknown_option, blood_pressure_unit, …).
    """
    item = _question(definition, link_id)
    if link_id not in visible(definition, answers):
        raise Invalid("按您前面的回答，这一题不用填", code="hidden_question", field=link_id)
    return normalize(item, raw)


def check_all(definition: Definition, raw_answers: Mapping[str, object]) -> Checked:
    """Judge a whole response ({linkId: raw}). Never raises for bad input: every problem is in the result.

    Problems: those of `check` per item, and `required` for each visible required question left open.
    A caller stores `values` only when `problems` is empty.
    """
    values: dict[str, object] = {}
    problems: list[Invalid] = [
        Invalid("问卷里没有这一题", code="unknown_question", field=str(link_id))
        for link_id in raw_answers
        if link_id not in definition.by_link_id
    ]
    for item in definition.items:
        if item.link_id in raw_answers:
            try:
                values[item.link_id] = check(definition, item.link_id, raw_answers[item.link_id], values)
            except Invalid as wrong:
                problems.append(wrong)
    named = {problem.field for problem in problems}
    for link_id in progress(definition, values).required_left:
        if link_id not in named:
            problems.append(Invalid("这一题还没有填", code="required", field=link_id))
    return Checked(visible_answers(definition, values), tuple(problems))


def _question(definition: Definition, link_id: str) -> Item:
    item = definition.by_link_id.get(link_id)
    if item is None:
        raise Invalid("问卷里没有这一题", code="unknown_question", field=str(link_id))
    if not item.asks:
        raise Invalid("这一行是标题或说明，不用回答", code="not_a_question", field=link_id)
    return item
