"""What happens next to a contact nobody has answered: the ladder of its node, one rung at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.followup.rules.pathway import Node, Rung


@dataclass(frozen=True)
class NextStep:
    """The rung to take, its place in the ladder, and when (UTC). `due` is True once that moment has come."""

    index: int
    rung: Rung
    at: datetime
    due: bool


def next_step(
    node: Node, sent_at: datetime, answered: bool, now: datetime, taken: int = 0
) -> NextStep | None:
    """The next rung of `node`'s ladder; None once answered, or when the ladder is at its end.

    `taken` rungs are already done. After a standstill the last rung that is due is taken and those
    before it are dropped: a patient never gets two overdue messages at once. `sent_at` and `now`
    carry a zone. Moving a message out of the quiet hours is messaging's business.
    """
    if answered:
        return None
    steps = [
        NextStep(index, rung, at, at <= now)
        for index, rung in enumerate(node.ladder)
        if index >= taken
        for at in [sent_at + timedelta(hours=rung.after_hours)]
    ]
    overdue = [step for step in steps if step.due]
    return overdue[-1] if overdue else next(iter(steps), None)
