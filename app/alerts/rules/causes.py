"""Why an alert stands: whether one more cause joins it, and how all of them are told, the gravest first.

Source: docs/clinical-decisions.md#alert-causes (needs review)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.alerts.rules.urgency import URGENCIES

SAME_MATTER = timedelta(hours=4)
"""A danger told again within this time belongs to the alert that stands; later it is another alert."""

JOINS, RAISES_AGAIN, STANDS_ALONE = "joins", "raises_again", "stands_alone"

GRAVEST_FIRST = (
    "self_harm",
    "overdose",
    "stroke_signs",
    "fainting",
    "breathing",
    "chest_pain",
    "chest_tightness",
    "bleeding",
    "severe_headache",
    "danger_symptom",
    "high_with_symptom",
    "sugar_low",
    "bp_emergency",
    "sugar_high",
    "pulse",
    "fever",
)
"""Codes of equal urgency in the order in which they are told: a complaint before a number."""

LONGEST_TITLE = 128


@dataclass(frozen=True)
class Cause:
    """One thing that raised an alert, or was told after it; `pressure` is (systolic, diastolic) in mmHg.

    `code` is the reason, and after a colon the signs that tell it from others of its kind:
    danger_symptom:eye_pain.
    """

    code: str
    urgency: str
    title: str
    detail: str
    at: datetime
    source_id: str
    pressure: tuple[int, int] | None = None
    sums_up: bool = False
    """It says again, knowing more, what parts of the same source have said before."""


def place_of(cause: Cause, state: str, earlier: Sequence[Cause]) -> str:
    """What a cause does to the alert that stands in `state` for `earlier` (oldest first, at least one).

    STANDS_ALONE: another alert, for the one that stands is done with or too long ago. RAISES_AGAIN:
    somebody has it in hand, and this they have not seen. JOINS: no news, or nobody has it yet.
    """
    if state == "resolved":
        return STANDS_ALONE
    if cause.urgency == "normal":
        return JOINS
    if cause.at - earlier[-1].at > SAME_MATTER:
        return STANDS_ALONE
    return RAISES_AGAIN if state == "acknowledged" and _is_news(cause, earlier) else JOINS


def tells_of_the_same(cause: Cause, earlier: Cause) -> bool:
    """Whether it is no new event: another danger of the same words, or a form that sums up what it told."""
    return cause.source_id == earlier.source_id and (cause.sums_up or cause.at == earlier.at)


def title_of(causes: Sequence[Cause]) -> str:
    """Every reason once, the gravest first, cut to the room there is."""
    said = dict.fromkeys(cause.title for cause in reasons(causes))
    return "；".join(said)[:LONGEST_TITLE]


def detail_of(causes: Sequence[Cause]) -> str:
    """What is known of each, a line a cause, the gravest first; a pressure mended since is told as 改前."""
    return "\n".join(dict.fromkeys(_detail(cause, causes) for cause in _ordered(causes)))


def reasons(causes: Sequence[Cause]) -> list[Cause]:
    """One cause for each reason: its gravest and then newest, without what a later one sums up."""
    found: dict[str, Cause] = {}
    for cause in _ordered(causes):
        if not any(_is_summed_up(cause, later) for later in causes):
            found.setdefault(_kind(cause), cause)
    return list(found.values())


def _is_news(cause: Cause, earlier: Sequence[Cause]) -> bool:
    graver = min(map(_rank, earlier)) > _rank(cause)
    known = cause.sums_up or cause.code in {each.code for each in earlier}
    return graver or not known or _is_worse(cause.pressure, [each.pressure for each in earlier])


def _is_worse(now: tuple[int, int] | None, before: Sequence[tuple[int, int] | None]) -> bool:
    known = [pressure for pressure in before if pressure is not None]
    if now is None or not known:
        return False
    return any(now[part] > max(pressure[part] for pressure in known) for part in (0, 1))


def _ordered(causes: Sequence[Cause]) -> list[Cause]:
    # Of two told in one moment the later of the list knows more.
    newest_first = sorted(reversed(causes), key=lambda cause: cause.at, reverse=True)
    return sorted(newest_first, key=lambda cause: (_rank(cause), not cause.sums_up, _place(cause)))


def _place(cause: Cause) -> int:
    kind = _kind(cause)
    return GRAVEST_FIRST.index(kind) if kind in GRAVEST_FIRST else len(GRAVEST_FIRST)


def _kind(cause: Cause) -> str:
    return cause.code.partition(":")[0]


def _rank(cause: Cause) -> int:
    return URGENCIES.index(cause.urgency)


def _is_summed_up(cause: Cause, later: Cause) -> bool:
    return (
        later.sums_up
        and later.source_id == cause.source_id
        and (later.at, later.sums_up) > (cause.at, cause.sums_up)
        and _rank(later) <= _rank(cause)
    )


def _detail(cause: Cause, causes: Sequence[Cause]) -> str:
    mended = next((later for later in causes if _is_summed_up(cause, later)), None)
    if mended is None or None in (cause.pressure, mended.pressure) or cause.pressure == mended.pressure:
        return cause.detail
    return "改前：{}/{}".format(*(cause.pressure or ()))
