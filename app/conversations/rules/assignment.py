"""Who answers a patient: somebody who knows them first, then who has time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A member of staff as this conversation sees them; `open_talks` are the ones waiting with them now."""

    staff_id: str
    on_duty: bool
    responsible: bool = False
    """The patient's own nurse."""
    spoke_last: bool = False
    """Answered this patient last time."""
    open_talks: int = 0


@dataclass(frozen=True)
class Assignment:
    """Whose the conversation is, and the sentence that says why."""

    staff_id: str
    because: str


def assign(candidates: Sequence[Candidate]) -> Assignment | None:
    """Pick from those on duty: continuity, then fewest open talks.

    With nobody on duty it waits with the responsible nurse, who finds it in the morning; None means
    nobody is known, and the team's list shows it. Equal candidates are parted by staff_id, so that
    the same facts always give the same answer.
    """
    present = sorted(
        (each for each in candidates if each.on_duty), key=lambda each: (each.open_talks, each.staff_id)
    )
    for fits, because in (
        (lambda each: each.responsible, "是这位患者的责任护士，正在值班"),
        (lambda each: each.spoke_last, "上次回复过这位患者，正在值班"),
        (lambda each: True, "正在值班，手上等回复的患者最少"),
    ):
        chosen = next((each for each in present if fits(each)), None)
        if chosen is not None:
            return Assignment(chosen.staff_id, because)
    own = next((each for each in candidates if each.responsible), None)
    return Assignment(own.staff_id, "现在没有人值班，先留给这位患者的责任护士") if own else None
