"""The blood pressure at which nobody waits: the one place that knows the two numbers.

Source: docs/sources.md#nbphs-hypertension
"""

EMERGENCY_MMHG = (180, 110)
"""Systolic or diastolic at or above: emergency referral."""


def is_emergency_pressure(systolic_mmhg: int | None, diastolic_mmhg: int | None) -> bool:
    """Whether either number (mmHg) reaches its limit; None is a number that nobody told."""
    return (systolic_mmhg is not None and systolic_mmhg >= EMERGENCY_MMHG[0]) or (
        diastolic_mmhg is not None and diastolic_mmhg >= EMERGENCY_MMHG[1]
    )
