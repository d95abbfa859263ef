"""Readings over time as numbers and words: one line of a chart, how a moment and a value are said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Series:
    """One line: `points` are (when, value) in local hospital time, any order; targets in the chart's unit."""

    label: str
    points: Sequence[tuple[date, float]]
    target_low: float | None = None
    target_high: float | None = None
    target_below: float | None = None
    """Like `target_high`, but reaching it is already too much: a pressure has to be below 150."""

    @property
    def limits(self) -> list[float]:
        """Every target there is, for drawing."""
        given = (self.target_low, self.target_high, self.target_below)
        return [limit for limit in given if limit is not None]

    def misses(self, value: float) -> bool:
        """Whether `value` is outside the target; the limits themselves are inside, but not `target_below`."""
        too_low = self.target_low is not None and value < self.target_low
        too_high = self.target_high is not None and value > self.target_high
        return too_low or too_high or (self.target_below is not None and value >= self.target_below)

    def target_words(self) -> str:
        low, high = self.target_low, self.target_high
        if self.target_below is not None:
            return f"低于 {number(self.target_below)}"
        if low is not None and high is not None:
            return f"{number(low)}–{number(high)}"
        if high is not None:
            return f"不高于 {number(high)}"
        return f"不低于 {number(low)}" if low is not None else ""


def description(lines: Sequence[Series], unit: str) -> str:
    moments = [when for line in lines for when, _ in line.points]
    start, end = min(moments, key=days), max(moments, key=days)
    return f"从 {_day(start)} 到 {_day(end)}。" + "".join(_about(line, unit) for line in lines)


def _about(line: Series, unit: str) -> str:
    values = [value for _, value in line.points]
    words = (
        f"{line.label}共 {len(values)} 次，最近 {number(values[-1])} {unit}，"
        f"最低 {number(min(values))}，最高 {number(max(values))}"
    )
    if line.target_words():
        words += f"，{sum(map(line.misses, values))} 次不在目标范围"
    return words + "。"


def days(when: date) -> float:
    """Days as a number, so that dates and moments share one axis."""
    if isinstance(when, datetime):
        return when.toordinal() + (when.hour * 60 + when.minute) / 1440
    return float(when.toordinal())


def date_form(span_days: float) -> Callable[[date], str]:
    """How dates are written under a chart that spans so many days."""
    if span_days < 1:
        return _clock
    return year_month if span_days > 400 else _month_day


def _clock(when: date) -> str:
    return f"{when:%H:%M}" if isinstance(when, datetime) else _month_day(when)


def _month_day(when: date) -> str:
    return f"{when.month}/{when.day}"


def year_month(when: date) -> str:
    return f"{when.year}/{when.month}"


def _day(when: date) -> str:
    return f"{when.year} 年 {when.month} 月 {when.day} 日"


def moment(when: date) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if isinstance(when, datetime) else f"{when:%Y-%m-%d}"


def number(value: float) -> str:
    """At most two decimals, none when whole."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
