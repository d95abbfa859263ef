"""Which items a person sees, in which order, and what is asked next. Hidden answers count for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaires.rules.conditions import holds
from app.questionnaires.rules.items import Definition


@dataclass(frozen=True)
class Progress:
    """How far a draft is: visible questions answered of all visible, and required linkIds still open."""

    answered: int
    total: int
    required_left: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when nothing required is open: the form may be submitted."""
        return not self.required_left


def visible(definition: Definition, answers: Mapping[str, object]) -> list[str]:
    """linkIds of all visible items (groups and texts included) in document order.

    `answers` is {linkId: normalized value}. An item is visible when every group around it is and its
    enableWhen holds over the answers of visible questions before it, so one pass decides all.
    """
    return _walk(definition, answers)[0]


def visible_answers(definition: Definition, answers: Mapping[str, object]) -> dict[str, object]:
    """Only the answers that count: of questions that exist and are visible, in document order."""
    return _walk(definition, answers)[1]


def visible_questions(definition: Definition, answers: Mapping[str, object]) -> list[str]:
    """linkIds of the visible questions, in document order."""
    return [link_id for link_id in visible(definition, answers) if definition.by_link_id[link_id].asks]


def next_question(
    definition: Definition, answers: Mapping[str, object], after: str | None = None
) -> str | None:
    """The next unanswered visible question behind `after`; at the end, the first required one left out.

    None means nothing more needs asking. An unknown or hidden `after` counts as the beginning.
    """
    questions = visible_questions(definition, answers)
    start = questions.index(after) + 1 if after in questions else 0
    for link_id in questions[start:]:
        if link_id not in answers:
            return link_id
    left = progress(definition, answers).required_left
    return next((link_id for link_id in left if link_id != after), left[0] if left else None)


def previous_question(definition: Definition, answers: Mapping[str, object], before: str) -> str | None:
    """The visible question in front of `before`, answered or not; None at the first."""
    questions = visible_questions(definition, answers)
    place = questions.index(before) if before in questions else len(questions)
    return questions[place - 1] if place > 0 else None


def progress(definition: Definition, answers: Mapping[str, object]) -> Progress:
    """Counts over the visible questions."""
    questions = visible_questions(definition, answers)
    open_ones = [link_id for link_id in questions if link_id not in answers]
    required = tuple(link_id for link_id in open_ones if definition.by_link_id[link_id].required)
    return Progress(len(questions) - len(open_ones), len(questions), required)


def _walk(definition: Definition, answers: Mapping[str, object]) -> tuple[list[str], dict[str, object]]:
    shown: dict[str, None] = {}
    counting: dict[str, object] = {}
    for item in definition.items:
        if any(parent not in shown for parent in item.parents):
            continue
        if item.shown_when is not None and not holds(item.shown_when, counting):
            continue
        shown[item.link_id] = None
        if item.asks and answers.get(item.link_id) is not None:
            counting[item.link_id] = answers[item.link_id]
    return list(shown), counting
