"""What followed from a piece of work that is done: the next date, the alert, the next try, the next work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.alerts import reads as alerts
from app.alerts.reads import AlertRow
from app.followup import reads as followup
from app.followup.reads import WorkItem
from app.followup.rules.calling import CallOutcome
from app.followup.tables import Task, VisitOutcome
from app.http.staff_auth import SignedIn
from app.questionnaires import reads as questionnaires


@dataclass(frozen=True)
class After:
    """What a nurse would otherwise go and look for."""

    outcome: str
    """In words; empty for work that has no outcomes of its own."""
    response_id: str | None
    """The form that was filled in on the telephone."""
    verdict: VisitOutcome | None
    """What the rules made of it."""
    alerts: list[AlertRow]
    to_do: Sequence[Task]
    """What the call itself left to do: another try, a number to mend."""
    next_visit: Task | None
    next_work: WorkItem | None
    """The first of her own list, else of her team's."""


def after(session: Session, task: Task, staff: SignedIn, now: datetime) -> After:
    """What came of a task that has ended."""
    occasion = task.cause_id or task.id
    response = questionnaires.submitted_for(session, task.patient_id, (occasion, task.id))
    sources = [each for each in (response and response.id, occasion, task.id) if each]
    return After(
        outcome=CallOutcome(task.outcome).chinese if task.outcome in set(CallOutcome) else "",
        response_id=response.id if response else None,
        verdict=followup.visit_of(session, response.id) if response else None,
        alerts=alerts.from_sources(session, task.patient_id, sources, now),
        to_do=followup.left_by(session, task),
        next_visit=followup.next_visit(session, task.patient_id),
        next_work=_next_work(session, staff, now),
    )


def _next_work(session: Session, staff: SignedIn, now: datetime) -> WorkItem | None:
    for which in ("mine", "team"):
        if found := followup.worklist(session, which, staff.id, staff.role, now, most=1):
            return found[0]
    return None
