"""When a message may go out: the hospital's hours, the patient's wishes inside them, the urgent way past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Window:
    """Local hours of some weekdays (Monday is 0): from `opens` up to, not including, `closes`."""

    opens: time
    closes: time
    weekdays: frozenset[int] = EVERY_DAY


HOSPITAL_HOURS = Window(time(8), time(21))
"""The default; a hospital sets its own. docs/clinical-decisions.md#quiet-hours"""


@dataclass(frozen=True)
class Allowed:
    """The moment (UTC) a message may go, and why then."""

    at: datetime
    because: str


def next_allowed(
    now: datetime,
    zone: tzinfo,
    hospital: Window = HOSPITAL_HOURS,
    wishes: Sequence[Window] = (),
    urgent_because: str | None = None,
) -> Allowed:
    """The first moment from `now` (aware) on at which a message may go.

    A patient's `wishes` narrow the hospital's hours; wishes that never meet them are set aside, for a
    person must stay reachable. An urgent message goes at once when `urgent_because` says why.
    """
    if urgent_because:
        return Allowed(now.astimezone(UTC), f"紧急，不受免打扰时段限制：{urgent_because}")
    narrowed = [each for wish in wishes if (each := _both(hospital, wish)) is not None]
    at = _first(now, zone, narrowed or [hospital])
    if at == now.astimezone(UTC):
        return Allowed(at, "现在可以发送")
    because = "患者希望的时段" if narrowed else "医院的发送时段"
    return Allowed(at, f"现在是免打扰时间，等到{because}再发")


def _both(hospital: Window, wish: Window) -> Window | None:
    """The hours inside both."""
    opens, closes = max(hospital.opens, wish.opens), min(hospital.closes, wish.closes)
    weekdays = hospital.weekdays & wish.weekdays
    return Window(opens, closes, weekdays) if opens < closes and weekdays else None


def _first(now: datetime, zone: tzinfo, windows: Sequence[Window]) -> datetime:
    today = now.astimezone(zone).date()
    moments = [
        max(now.astimezone(UTC), opens)
        for window in windows
        for opens, closes in _openings(window, today, zone)
        if now.astimezone(UTC) < closes
    ]
    return min(moments)


def _openings(window: Window, today: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The opening hours of the coming eight days, in UTC."""
    for ahead in range(8):
        day = today + timedelta(days=ahead)
        if day.weekday() in window.weekdays:
            yield (
                datetime.combine(day, window.opens, zone).astimezone(UTC),
                datetime.combine(day, window.closes, zone).astimezone(UTC),
            )
