"""Where a value lies against its reference range, and whether the hospital calls it critical."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.records.rules.dictionary import Indicator, Range

LIMIT_IS_HIGH = frozenset({"SBP", "DBP"})
"""Where the upper limit itself counts as high: 140/90 is uncontrolled. docs/sources.md#nbphs-hypertension"""


class Level(StrEnum):
    """From critically low to critically high; UNKNOWN where no range is known."""

    CRITICAL_LOW = "critical_low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL_HIGH = "critical_high"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judgement:
    """A value's level, the range it was judged by (canonical unit), and whether that range needs review."""

    level: Level
    range: Range
    needs_review: bool
    source: str


def range_for(indicator: Indicator, sex: str | None) -> Range:
    """The range for female or male; for an unknown sex only limits both share are kept."""
    if sex == "female":
        return indicator.female
    if sex == "male":
        return indicator.male
    low = indicator.male.low if indicator.male.low == indicator.female.low else None
    high = indicator.male.high if indicator.male.high == indicator.female.high else None
    return Range(low, high)


def judge(indicator: Indicator, value: float, sex: str | None) -> Judgement:
    """Judge `value` (canonical unit). The critical limits themselves count as critical.

    Critical limits are defaults every hospital edits. Source: docs/sources.md#reference-ranges
    """
    limits = range_for(indicator, sex)
    return Judgement(_level(indicator, value, limits), limits, indicator.needs_review, indicator.source)


def _level(indicator: Indicator, value: float, limits: Range) -> Level:
    if indicator.critical_low is not None and value <= indicator.critical_low:
        return Level.CRITICAL_LOW
    if indicator.critical_high is not None and value >= indicator.critical_high:
        return Level.CRITICAL_HIGH
    if limits.low is not None and value < limits.low:
        return Level.LOW
    if limits.high is not None and _is_high(indicator, value, limits.high):
        return Level.HIGH
    return Level.UNKNOWN if limits == Range(None, None) else Level.NORMAL


def _is_high(indicator: Indicator, value: float, limit: float) -> bool:
    return value >= limit if indicator.code in LIMIT_IS_HIGH else value > limit
