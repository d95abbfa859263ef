"""The blood pressures at which nobody waits: the one place that knows the numbers.

Source: docs/sources.md#nbphs-hypertension
"""

EMERGENCY_MMHG = (180, 110)
"""Systolic or diastolic at or above: emergency referral."""


LOW_PRESSURE_MMHG = (90, 40)
"""Systolic or diastolic below: perhaps a shock. From memory (M), 待临床审核:
docs/clinical-decisions.md#low-pressure"""


def is_low_pressure(systolic_mmhg: int | None, diastolic_mmhg: int | None) -> bool:
    """Whether either number (mmHg) lies below its limit; None is a number that nobody told."""
    return (systolic_mmhg is not None and systolic_mmhg < LOW_PRESSURE_MMHG[0]) or (
        diastolic_mmhg is not None and diastolic_mmhg < LOW_PRESSURE_MMHG[1]
    )


def is_emergency_pressure(systolic_mmhg: int | None, diastolic_mmhg: int | None) -> bool:
    """Whether either number (mmHg) reaches its limit; None is a number that nobody told."""
    return (systolic_mmhg is not None and systolic_mmhg >= EMERGENCY_MMHG[0]) or (
        diastolic_mmhg is not None and diastolic_mmhg >= EMERGENCY_MMHG[1]
    )
