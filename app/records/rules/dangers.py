"""Measurements at which nobody waits, by whatever way they come in: the one list of their limits.

Pressure and glucose and temperature are the specification's emergency referrals; the pulse is from memory.
Sources: docs/sources.md#nbphs-hypertension, #nbphs-diabetes, docs/clinical-decisions.md#measured-danger
(needs review)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.wording import spoken
from app.records.rules.pressure import EMERGENCY_MMHG, LOW_PRESSURE_MMHG
from app.records.rules.pulse import DANGEROUS_PULSE

LOW_SUGAR, HIGH_SUGAR = 3.9, 16.7
"""mmol/L, at or below, at or above: docs/sources.md#nbphs-diabetes"""
HIGH_FEVER = 39.0
"""℃, above: docs/sources.md#nbphs-diabetes"""
SUGARS = ("GLU", "PG2H", "RBG")

OF_NOW = timedelta(hours=4)
"""A value measured so long ago at most is how the patient is now. Ours; needs review."""
OF_THESE_DAYS = timedelta(days=7)
"""Measured within this time, it has to be looked into today; longer ago it is history. Ours; needs review."""

Reach = tuple[str, str, float]
"""(indicator, one of >= <= > <, the limit in the indicator's unit)."""

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Limit:
    """One kind of danger. `code` is also the key of its approved advice; any of `reaches` is enough."""

    code: str
    name: str
    reaches: tuple[Reach, ...]
    words: str
    """The limit as staff read it: 达到 180/110."""
    source: str


@dataclass(frozen=True)
class Danger:
    """A value beyond its limit; `told` as staff and patient read it: 血压 182/112, 脉搏 35, 血糖 2.8."""

    code: str
    told: str
    words: str
    source: str
    pressure: tuple[int, int] | None = None
    """(systolic, diastolic) in mmHg where both are known."""


LIMITS = (
    Limit(
        "sugar_low",
        "血糖",
        tuple((code, "<=", LOW_SUGAR) for code in SUGARS),
        f"不高于 {LOW_SUGAR:g} mmol/L，属于危急情况，须紧急处理",
        "docs/sources.md#nbphs-diabetes",
    ),
    Limit(
        "bp_emergency",
        "血压",
        (("SBP", ">=", EMERGENCY_MMHG[0]), ("DBP", ">=", EMERGENCY_MMHG[1])),
        "达到 {}/{}，属于危急情况，须紧急转诊".format(*EMERGENCY_MMHG),
        "docs/sources.md#nbphs-hypertension",
    ),
    Limit(
        "bp_low",
        "血压",
        (("SBP", "<", LOW_PRESSURE_MMHG[0]), ("DBP", "<", LOW_PRESSURE_MMHG[1])),
        "高压低于 {} 或低压低于 {}（待临床审核）".format(*LOW_PRESSURE_MMHG),
        "docs/clinical-decisions.md#low-pressure",
    ),
    Limit(
        "sugar_high",
        "血糖",
        tuple((code, ">=", HIGH_SUGAR) for code in SUGARS),
        f"达到 {HIGH_SUGAR:g} mmol/L，属于危急情况，须紧急转诊",
        "docs/sources.md#nbphs-diabetes",
    ),
    Limit(
        "pulse",
        "脉搏",
        (("HR", "<=", DANGEROUS_PULSE[0]), ("HR", ">=", DANGEROUS_PULSE[1])),
        "在 {} 次/分及以下或 {} 次/分及以上（待临床审核）".format(*DANGEROUS_PULSE),
        "docs/clinical-decisions.md#told-pressure",
    ),
    Limit(
        "fever",
        "体温",
        (("TEMP", ">", HIGH_FEVER),),
        f"超过 {HIGH_FEVER:g} ℃，属于危急情况，须紧急转诊",
        "docs/sources.md#nbphs-diabetes",
    ),
)
"""The gravest first: low sugar has words of its own that cannot wait."""


def dangers_of(values: Mapping[str, float]) -> tuple[Danger, ...]:
    """Every danger in {indicator: value in its canonical unit}, the gravest first; pressures count whole."""
    found = []
    for limit in LIMITS:
        beyond = [
            code for code, sign, edge in limit.reaches if code in values and _is(values, code, sign, edge)
        ]
        if beyond:
            told = _pressure_words(values) if limit.name == "血压" else f"{limit.name} {values[beyond[0]]:g}"
            found.append(Danger(limit.code, told, limit.words, limit.source, _pressure(limit, values)))
    return tuple(found)


def is_of_now(measured_at: datetime, entered_at: datetime) -> bool:
    """Whether a value entered then says how the patient is at that moment."""
    return entered_at - measured_at <= OF_NOW


def urgency_of(measured_at: datetime, entered_at: datetime) -> str:
    """How soon somebody has to look at a danger: critical of now, high of these days, normal of long ago."""
    if is_of_now(measured_at, entered_at):
        return "critical"
    return "high" if entered_at - measured_at <= OF_THESE_DAYS else "normal"


def told_when(danger: Danger, measured_at: datetime, now: datetime) -> str:
    """昨天 20:00 量的血压 182/112; both times on the hospital's wall clock."""
    return f"{spoken(measured_at, now)} 量的{danger.told}"


def _is(values: Mapping[str, float], code: str, sign: str, edge: float) -> bool:
    value = round(values[code]) if code in ("SBP", "DBP") else values[code]
    return _COMPARE[sign](value, edge)


def _pressure(limit: Limit, values: Mapping[str, float]) -> tuple[int, int] | None:
    if limit.name != "血压" or not {"SBP", "DBP"} <= values.keys():
        return None
    return round(values["SBP"]), round(values["DBP"])


def _pressure_words(values: Mapping[str, float]) -> str:
    if {"SBP", "DBP"} <= values.keys():
        return f"血压 {values['SBP']:.0f}/{values['DBP']:.0f}"
    return f"高压 {values['SBP']:.0f}" if "SBP" in values else f"低压 {values['DBP']:.0f}"
