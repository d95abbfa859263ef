"""What happened to an alert, told so that a day of reminders is one line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

HANDED = "交给："
"""Between who gave an alert to a doctor and why."""


@dataclass(frozen=True)
class Happening:
    """One thing, or the same thing `times` over from `first_at` to `last_at`; `names` are who it went to."""

    what: str
    because: str
    names: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int = 1


def told(steps: Sequence[Happening]) -> list[Happening]:
    """Single steps, oldest first, into lines, latest first; neighbours that say the same are one line.

    Two say the same when they are of one kind for one reason: behind the first comma stands only why
    it fell to whom.
    """
    lines: list[Happening] = []
    for step in steps:
        if lines and _same(lines[-1], step):
            last = lines[-1]
            names = tuple(dict.fromkeys((*last.names, *step.names)))
            lines[-1] = replace(last, last_at=step.last_at, times=last.times + 1, names=names)
        else:
            lines.append(step)
    return lines[::-1]


def whose_time_ran_out(steps: Sequence[tuple[str, str]]) -> str | None:
    """Who had an alert in hand when its time to settle it ran out last; None when nobody had taken it.

    `steps` are (what, whose name), oldest first. What is raised, handed over or assigned begins anew.
    """
    has_it: str | None = None
    had_it: str | None = None
    for what, name in steps:
        if what == "acknowledged":
            has_it = name
        elif what == "escalated":
            has_it, had_it = None, has_it or had_it
        elif what in ("raised", "handed", "assigned"):
            has_it = had_it = None
    return had_it


def _same(one: Happening, other: Happening) -> bool:
    return (one.what, one.because.partition("，")[0]) == (other.what, other.because.partition("，")[0])
