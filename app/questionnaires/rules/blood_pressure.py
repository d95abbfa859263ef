"""Reading one blood pressure: both numbers in mmHg, systolic above diastolic, and no kPa by mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.core.errors import Invalid
from app.records.rules.plausibility import HARD_LIMITS, KPA_SYSTOLIC, ensure_digits

_N = r"\s*([0-9]{1,5}(?:\.[0-9]{1,3})?)\s*"
_TEXT = re.compile(rf"{_N}/{_N}(?:mmHg|毫米汞柱)?\s*", re.IGNORECASE)


def read_blood_pressure(raw: object, field: str) -> dict[str, int]:
    """{"systolic": mmHg, "diastolic": mmHg} from such a mapping or from "138/86".

    Raises Invalid: blood_pressure_shape, blood_pressure_unit (both look like kPa),
    blood_pressure_range (a digit too few or too many), blood_pressure_order (systolic must be the higher).
    """
    systolic, diastolic = _pair(raw, field)
    _ensure_digits(systolic, diastolic, field)
    if KPA_SYSTOLIC[0] <= systolic <= KPA_SYSTOLIC[1]:
        raise Invalid(
            "这两个数太小，像是kPa的读数。血压计上有两种单位，请填mmHg的两个数，例如 138/86",
            code="blood_pressure_unit",
            field=field,
        )
    _within(systolic, HARD_LIMITS["SBP"], "高压（收缩压）", field)
    _within(diastolic, HARD_LIMITS["DBP"], "低压（舒张压）", field)
    if systolic <= diastolic:
        raise Invalid(
            "高压应当大于低压，请看看是不是填反了",
            code="blood_pressure_order",
            field=field,
        )
    return {"systolic": int(systolic), "diastolic": int(diastolic)}


def _ensure_digits(systolic: float, diastolic: float, field: str) -> None:
    try:
        ensure_digits(systolic, diastolic)
    except Invalid as wrong:
        raise Invalid(wrong.message, code="blood_pressure_range", field=field) from None


def _pair(raw: object, field: str) -> tuple[float, float]:
    if isinstance(raw, str) and (match := _TEXT.fullmatch(raw)):
        return float(match[1]), float(match[2])
    if isinstance(raw, Mapping) and set(raw) == {"systolic", "diastolic"}:
        return _number(raw["systolic"], field), _number(raw["diastolic"], field)
    raise _shape(field)


def _number(raw: object, field: str) -> float:
    if isinstance(raw, str) and re.fullmatch(r"\s*[0-9]{1,5}(\.[0-9]{1,3})?\s*", raw):
        return float(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _shape(field)
    return float(raw) if abs(raw) < 10_000 else 10_000.0


def _shape(field: str) -> Invalid:
    return Invalid("请填两个数：高压/低压，例如 138/86", code="blood_pressure_shape", field=field)


def _within(value: float, limits: tuple[float, float], name: str, field: str) -> None:
    low, high = limits
    if not low <= value <= high or value != int(value):
        raise Invalid(
            f"{name}应是 {low:g}–{high:g} 之间的整数（mmHg），请核对一下",
            code="blood_pressure_range",
            field=field,
        )
