"""Blood pressure over time as one picture, against the limits of the patient's age."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.core import clock
from app.followup.rules.hypertension import limit_for
from app.http.charts import WIDE, Chart, Size, line_chart
from app.http.series import Series


class Measured(Protocol):
    """A value at a moment: a reading, or the mean of a month."""

    @property
    def measured_at(self) -> datetime: ...
    @property
    def value(self) -> float: ...


PRESSURE = (("SBP", "高压"), ("DBP", "低压"))
INDICATORS = tuple(code for code, _ in PRESSURE)


def pressure_chart(found: Mapping[str, Sequence[Measured]], age: int, title: str, size: Size = WIDE) -> Chart:
    """`found` is {indicator: readings}; a reading that reaches the limit of the age is out of target."""
    lines = [
        Series(
            label,
            [(clock.local(row.measured_at), row.value) for row in found.get(code, ())],
            # The limit itself is already too high: docs/sources.md#nbphs-hypertension
            target_below=limit,
        )
        for (code, label), limit in zip(PRESSURE, limit_for(age), strict=True)
    ]
    return line_chart(lines, "mmHg", title, size=size)


def pressure_words(found: Mapping[str, Sequence[Measured]]) -> str:
    """138/86 of the last measuring; empty without any."""
    highs, lows = found.get("SBP", ()), found.get("DBP", ())
    if not highs:
        return ""
    low = next((row for row in reversed(lows) if row.measured_at == highs[-1].measured_at), None)
    return f"{highs[-1].value:g}/{low.value:g}" if low else f"{highs[-1].value:g}"
