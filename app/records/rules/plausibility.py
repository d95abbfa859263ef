"""Refuse what no living body has, and ask back where the unit was probably another one.

Source: docs/sources.md#plausibility (heart rate and diastolic limits need review)
"""

from __future__ import annotations

from collections.abc import Mapping

from app.core.errors import Invalid

HARD_LIMITS: Mapping[str, tuple[float, float]] = {
    "SBP": (40, 300),
    "DBP": (20, 200),
    "HR": (20, 250),
    "WEIGHT": (2, 500),
    "TEMP": (30, 45),
    "GLU": (0.6, 50),
    "PG2H": (0.6, 50),
    "RBG": (0.6, 50),
}
"""{indicator: (lowest, highest)} in canonical units, both included."""

LIKELY_MG_DL = 40
"""A glucose above this in mmol/L was most likely read in mg/dL."""
KPA_SYSTOLIC = (8, 35)
"""A systolic in this range was most likely read off a kPa scale (1 kPa = 7.5 mmHg)."""
GLUCOSE = frozenset({"GLU", "PG2H", "RBG"})


def ensure_digits(systolic_mmhg: float, diastolic_mmhg: float) -> None:
    """Where one number of a pressure lacks a digit, or has one too many, the other being what a body has.

    Raises Invalid (field SBP or DBP): implausible.
    """
    _ensure_digits("SBP", "高压", systolic_mmhg, _is_bodily("DBP", diastolic_mmhg))
    _ensure_digits("DBP", "低压", diastolic_mmhg, _is_bodily("SBP", systolic_mmhg))


def _ensure_digits(code: str, name: str, value: float, other_fits: bool) -> None:
    if not other_fits or _is_bodily(code, value):
        return
    few = value < HARD_LIMITS[code][0]
    doubt = "太低了，是不是少按了一位？" if few else "太高了，是不是多按了一位？"
    raise Invalid(f"{name} {value:g} {doubt}请看一下再填", code="implausible", field=code)


def _is_bodily(code: str, value: float) -> bool:
    low, high = HARD_LIMITS[code]
    return low <= value <= high


def check_plausible(code: str, value: float) -> float:
    """`value` (canonical unit) when a body can have it; indicators without limits pass.

    Raises Invalid (field = code): unit_suspect with the likely unit named, or implausible.
    """
    doubt = suspicion(code, value)
    low, high = HARD_LIMITS.get(code, (float("-inf"), float("inf")))
    if low <= value <= high:
        return value
    if doubt:
        raise Invalid(doubt, code="unit_suspect", field=code)
    raise Invalid(f"这个数不太可能，一般在 {low:g} 到 {high:g} 之间，请核对", code="implausible", field=code)


def suspicion(code: str, value: float) -> str | None:
    """What to ask back before keeping `value`: probably another unit. None when nothing seems wrong."""
    if code in GLUCOSE and value > LIKELY_MG_DL:
        return "这个血糖像是mg/dL的读数，请填mmol/L（mg/dL除以18）"
    if code == "SBP" and KPA_SYSTOLIC[0] <= value <= KPA_SYSTOLIC[1]:
        return "这个血压像是kPa（千帕）的读数，请填mmHg（毫米汞柱）"
    return None


def check_pressure(systolic_mmhg: float, diastolic_mmhg: float) -> tuple[float, float]:
    """Both numbers when each is plausible and the systolic is the higher.

    Raises Invalid (field SBP): unit_suspect, implausible, pressure_order.
    """
    ensure_digits(systolic_mmhg, diastolic_mmhg)
    check_plausible("SBP", systolic_mmhg)
    check_plausible("DBP", diastolic_mmhg)
    if systolic_mmhg <= diastolic_mmhg:
        raise Invalid("高压应当大于低压，请看看是不是填反了", code="pressure_order", field="SBP")
    return systolic_mmhg, diastolic_mmhg
