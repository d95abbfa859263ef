"""The shapes of a questionnaire: frozen, already checked, safe to share between threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from app.questionnaires.rules.conditions import Rule

ENTRY_TYPES = frozenset({"group", "display"})
NUMERIC_TYPES = frozenset({"integer", "decimal", "quantity"})
CHOICE_TYPES = frozenset({"choice", "open-choice"})
FREE_TYPES = frozenset({"string", "text", "open-choice"})
"""Questions that take the patient's own words."""
QUESTION_TYPES = (
    NUMERIC_TYPES | CHOICE_TYPES | frozenset({"boolean", "string", "text", "date", "blood-pressure"})
)
NOT_MEASURED: Mapping[str, str] = MappingProxyType({"absent": "not_measured"})
"""The stored answer of somebody who measured nothing: it is an answer, and no value."""
ITEM_TYPES = ENTRY_TYPES | QUESTION_TYPES


@dataclass(frozen=True)
class Option:
    """One answer a choice offers; `weight` counts in scores, `aliases` are other words for it in chat.

    `replies` mean it only as the whole reply to its question (没吃).
    `unclear` leaves the question to a nurse.
    `said` is read back and told to staff where the display says more than the person did (头晕（不厉害）).
    """

    code: str
    display: str
    weight: float | None = None
    exclusive: bool = False
    aliases: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    unclear: bool = False
    said: str | None = None

    @property
    def words(self) -> str:
        """The option as it is read back: 头晕."""
        return self.said or self.display


@dataclass(frozen=True)
class Item:
    """One line of a questionnaire. `parents` are the linkIds of the groups around it, outermost first."""

    link_id: str
    type: str
    text: str
    parents: tuple[str, ...] = ()
    required: bool = False
    repeats: bool = False
    initial: object | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    max_length: int | None = None
    unit: str | None = None
    unit_factors: Mapping[str, float] = field(default_factory=dict)
    """Other units a patient may answer in: value × factor = value in `unit` (斤 → kg: 0.5)."""
    options: tuple[Option, ...] = ()
    shown_when: Rule | None = None
    help: str | None = None
    purpose: str | None = None
    source: str | None = None
    aliases: tuple[str, ...] = ()
    indicator: str | None = None
    """The reading this answer is, by its code in the indicator dictionary; its unit must be that one's.

    A blood pressure is SBP and DBP without saying so.
    """

    not_measured: Option | None = None
    """The way out of a blood pressure that nobody took; stored as NOT_MEASURED."""

    @property
    def asks(self) -> bool:
        """True for a question; False for a group or a line of text."""
        return self.type in QUESTION_TYPES

    @cached_property
    def option_codes(self) -> Mapping[str, Option]:
        """{option code: option}, in the order shown."""
        return {option.code: option for option in self.options}


@dataclass(frozen=True)
class Band:
    """A named stretch of a score: from `floor` (included) up to the next band's floor."""

    floor: float
    code: str
    display: str


@dataclass(frozen=True)
class ScoreRule:
    """How one score is reckoned; `missing` is refuse, skip or prorate (at most `missing_allowed` blanks)."""

    key: str
    method: str
    items: tuple[str, ...]
    reverse: frozenset[str] = frozenset()
    missing: str = "refuse"
    missing_allowed: int = 0
    bands: tuple[Band, ...] = ()
    source: str | None = None


@dataclass(frozen=True)
class FlagRule:
    """A danger sign: when `when` holds over the visible answers, `advice_key` is shown at once."""

    code: str
    urgency: str
    advice_key: str
    when: Rule
    reason: str
    source: str | None = None


@dataclass(frozen=True)
class Definition:
    """A published questionnaire. `items` is the document order with every group before its children."""

    code: str
    version: int
    title: str
    items: tuple[Item, ...]
    content_hash: str
    scores: tuple[ScoreRule, ...] = ()
    flags: tuple[FlagRule, ...] = ()
    purpose: str | None = None
    minutes: int | None = None
    source: str | None = None
    review_state: str | None = None

    @cached_property
    def by_link_id(self) -> Mapping[str, Item]:
        """{linkId: item}."""
        return {item.link_id: item for item in self.items}
