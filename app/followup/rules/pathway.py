"""A disease pathway: its nodes as data, and the moments they fall due for one patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from app.followup.rules.workdays import Offset, WorkCalendar, add_offset, local_moment, prefer

MAX_OCCURRENCES = 200
"""An endless repeat is unrolled no further than this at one time."""


@dataclass(frozen=True)
class Rung:
    """One step of a node's ladder: what to do this many hours after the node went out, while unanswered."""

    after_hours: float
    action: str
    """message | other_lane (a second message by another legal lane) | call_task | escalate"""
    role: str | None = None
    """Whom to tell, for escalate."""


@dataclass(frozen=True)
class Repeat:
    """How often a node comes back: every so often, `times` in all (None: until the plan ends)."""

    every: Offset
    times: int | None = None


@dataclass(frozen=True)
class Node:
    """One planned contact. `purpose` is told to the patient; `executor` is the role that does it."""

    key: str
    title: str
    purpose: str
    anchor: str
    """enrolled | discharged | operated | result (set by the answer before it)"""
    offset: Offset
    window: Offset
    content_kind: str
    """form | call | article"""
    content_code: str
    executor: str
    at: time
    wish: str
    """any | workday | weekend"""
    ladder: tuple[Rung, ...]
    repeat: Repeat | None = None
    optional: bool = False
    source: str | None = None


@dataclass(frozen=True)
class Pathway:
    """A versioned pathway. `after_result` says when which node follows, by the outcome of an answer."""

    code: str
    version: int
    title: str
    nodes: tuple[Node, ...]
    after_result: Mapping[str, Offset]
    result_node: str | None = None
    review_state: str | None = None
    source: str | None = None

    def node(self, key: str) -> Node | None:
        """The node of that key."""
        return next((node for node in self.nodes if node.key == key), None)


@dataclass(frozen=True)
class Due:
    """One occurrence of a node: it goes out at `due_at` (UTC); after `closes_at` (UTC) it counts as late."""

    node_key: str
    occurrence: int
    due_on: date
    due_at: datetime
    closes_at: datetime


def occurrences(
    node: Node, anchor_on: date, zone: tzinfo, until: date, calendar: WorkCalendar = WorkCalendar()
) -> list[Due]:
    """Every occurrence of `node` due on or before `until`, counted from `anchor_on` in the hospital's `zone`.

    Each repeat is reckoned from the anchor, not from the one before: monthly from 31 January falls
    on 28 February and on 31 March again.
    """
    dues: list[Due] = []
    for count, day in enumerate(_days(node, anchor_on)):
        due = _due(node, count, day, zone, calendar)
        if day > until:
            break
        if due.due_on <= until:
            dues.append(due)
    return dues


def schedule(
    pathway: Pathway,
    anchors: Mapping[str, date],
    zone: tzinfo,
    until: date,
    calendar: WorkCalendar = WorkCalendar(),
) -> list[Due]:
    """All occurrences of all nodes whose anchor day is known ({anchor: local date}), in order of time."""
    dues = [
        due
        for node in pathway.nodes
        if node.anchor in anchors
        for due in occurrences(node, anchors[node.anchor], zone, until, calendar)
    ]
    return sorted(dues, key=lambda due: (due.due_at, due.node_key))


def after_result(
    pathway: Pathway, outcome: str, answered_on: date, zone: tzinfo, calendar: WorkCalendar = WorkCalendar()
) -> Due | None:
    """The contact that follows an answer with this `outcome`; None when the pathway plans none for it.

    The specification's intervals are limits ("within two weeks"), so a wish for a workday only ever
    moves the day earlier.
    """
    node = pathway.node(pathway.result_node) if pathway.result_node else None
    offset = pathway.after_result.get(outcome)
    if node is None or offset is None:
        return None
    limit = add_offset(answered_on, offset)
    day = prefer(limit, node.wish, limit, calendar)
    return _dated(node, 0, day, zone, add_offset(day, node.window))


def _days(node: Node, anchor_on: date) -> Iterator[date]:
    times = 1 if node.repeat is None else node.repeat.times or MAX_OCCURRENCES
    every = node.repeat.every if node.repeat else Offset()
    for count in range(min(times, MAX_OCCURRENCES)):
        step = every.times(count)
        yield add_offset(anchor_on, Offset(node.offset.months + step.months, node.offset.days + step.days))


def _due(node: Node, count: int, day: date, zone: tzinfo, calendar: WorkCalendar) -> Due:
    latest = add_offset(day, node.window)
    return _dated(node, count, prefer(day, node.wish, latest, calendar), zone, latest)


def _dated(node: Node, count: int, day: date, zone: tzinfo, latest: date) -> Due:
    end_of_day = time(23, 59, 59)
    return Due(node.key, count, day, local_moment(day, node.at, zone), local_moment(latest, end_of_day, zone))
