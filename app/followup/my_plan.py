"""The patient's plan in one query: what every mini-program asks each time it is opened.

The same plan and tasks as reads.plan_of gives to pages; by Core, and compiled once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.followup.catalog import pathway_of
from app.followup.reminders import SOMEBODY
from app.followup.tables import Plan, Task
from app.patients.tables import Patient
from app.staff.tables import Account

MOST = 40
"""Tasks ahead that are shown; a year of a pathway has about ten."""

_titles: dict[str, tuple[str, bool]] = {}
"""{pathway id: (title, needs review)}: a published version never changes."""


@dataclass(frozen=True)
class MyPlan:
    """The plan that runs, else the one that ended last."""

    row: Row[*tuple[Any, ...]]
    """plan_id, state, anchor_on, ended_at."""
    title: str
    needs_review: bool
    who: str
    """Who asks and calls: 李敏护士."""
    ahead: Sequence[Row[*tuple[Any, ...]]]
    """task_id, kind, title, purpose, task_state, due_at of what is still to come, soonest first."""


def my_plan(rows: Connection, patient_id: str) -> MyPlan | None:
    """The patient's plan with what is ahead; None without any."""
    found = sorted(rows.execute(_ROWS, {"patient_id": patient_id}), key=_running_then_latest, reverse=True)
    if not found:
        return None
    first = found[0]
    title, needs_review = _title(rows, first.pathway_id)
    ahead = [row for row in found if row.plan_id == first.plan_id and row.task_id is not None]
    ahead.sort(key=attrgetter("due_at", "task_id"))
    who = f"{first.nurse}护士" if first.nurse else SOMEBODY
    return MyPlan(first, title, needs_review, who, ahead[:MOST])


def _running_then_latest(row: Row[*tuple[Any, ...]]) -> tuple[bool, Any, str]:
    return row.state != "ended", row.started_at, row.plan_id


def _title(rows: Connection, pathway_id: str) -> tuple[str, bool]:
    if pathway_id not in _titles:
        with Session(rows) as session:
            pathway = pathway_of(session, pathway_id)
        _titles[pathway_id] = (pathway.title, pathway.review_state is not None)
    return _titles[pathway_id]


_PLAN, _TASK, _PATIENT, _STAFF = (each.__table__ for each in (Plan, Task, Patient, Account))

_ROWS = (
    select(
        _PLAN.c.id.label("plan_id"),
        _PLAN.c.pathway_id,
        _PLAN.c.state,
        _PLAN.c.anchor_on,
        _PLAN.c.started_at,
        _PLAN.c.ended_at,
        _STAFF.c.name.label("nurse"),
        _TASK.c.id.label("task_id"),
        _TASK.c.kind,
        _TASK.c.title,
        _TASK.c.purpose,
        _TASK.c.state.label("task_state"),
        _TASK.c.due_at,
    )
    .select_from(
        _PLAN.join(_PATIENT, _PATIENT.c.id == _PLAN.c.patient_id)
        .outerjoin(_STAFF, and_(_STAFF.c.id == _PATIENT.c.nurse_id, _STAFF.c.active))
        .outerjoin(
            _TASK,
            and_(
                _TASK.c.plan_id == _PLAN.c.id,
                # Written out: an IN list would be spelled anew at each execution.
                or_(_TASK.c.kind == "form", _TASK.c.kind == "call"),
                or_(_TASK.c.state == "planned", _TASK.c.state == "open"),
            ),
        )
    )
    # Put in order here and not there: a person's few rows are not worth the database's temporary table.
    .where(_PLAN.c.patient_id == bindparam("patient_id"))
)
