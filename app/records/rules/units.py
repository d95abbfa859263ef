"""Bring a value into its indicator's canonical unit; never guess a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.core.errors import Invalid
from app.records.rules.dictionary import Indicator

GLUCOSE_MG_DL_PER_MMOL_L = 18.02
"""1 mmol/L glucose = 18.02 mg/dL. docs/sources.md#unit-factors"""

_FACTOR = re.compile(r"([^:|]+):\s*([0-9.]+)")
_LINEAR = re.compile(r"([^:|]+):\s*x\*([0-9.]+)\+([0-9.]+)")
_FAHRENHEIT = re.compile(r"([^:|]+):\s*\(x-32\)/1\.8")

Line = tuple[float, float]
"""value × first + second = value in the canonical unit."""


def conversions(indicator: Indicator) -> Mapping[str, Line]:
    """{other unit: (factor, shift)} of `indicator`. An entry that is no straight line is left out."""
    found: dict[str, Line] = {}
    for entry in indicator.alternatives.split("|"):
        if match := _FACTOR.fullmatch(entry):
            found[match[1]] = (float(match[2]), 0.0)
        elif match := _LINEAR.fullmatch(entry):
            found[match[1]] = (float(match[2]), float(match[3]))
        elif match := _FAHRENHEIT.fullmatch(entry):
            found[match[1]] = (1 / 1.8, -32 / 1.8)
    return found


def to_canonical(indicator: Indicator, value: float, unit: str | None) -> float:
    """`value` in the canonical unit, rounded to four decimals. No `unit` means it already is.

    Raises Invalid (code unknown_unit, field the indicator's code).
    """
    given = (unit or indicator.unit).strip()
    if given.casefold() == indicator.unit.casefold():
        return value
    for known, (factor, shift) in conversions(indicator).items():
        if known.casefold() == given.casefold():
            return round(value * factor + shift, 4)
    units = "、".join([indicator.unit, *conversions(indicator)])
    raise Invalid(f"{indicator.name}的单位应是 {units}", code="unknown_unit", field=indicator.code)
