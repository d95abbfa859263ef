"""The trail of screens that renew themselves: a row for what is newly shown, none for what was before."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.tables import Access
from app.audit.trail import Actor, record_read

COVERED_BY = {
    "inbox": ("inbox", "conversation"),
    "conversation": ("conversation",),
    "response": ("response",),
    "alert_list": ("alert_list", "alert"),
}
"""{what: reads by which a person has seen the same already}; who read the talk has seen its last words."""

Shown = Mapping[str, datetime]
"""{patient id: the moment of the newest of theirs that is on the screen}."""


def newly_shown(session: Session, actor_id: str, shown: Shown, what: str, now: datetime) -> list[str]:
    """The patients of whom this person sees something that came after their last read of it.

    One query by the index of patients, over the screen's own patients only.
    """
    if not shown:
        return []
    came = {patient_id: min(at, now) for patient_id, at in shown.items()}
    rows = session.execute(
        select(Access.patient_id, func.max(Access.at))
        .where(
            Access.patient_id.in_(came),
            Access.at >= min(came.values()),
            Access.actor_id == actor_id,
            Access.what.in_(COVERED_BY[what]),
        )
        .group_by(Access.patient_id)
    )
    last = {patient_id: at for patient_id, at in rows}
    return [patient_id for patient_id, at in came.items() if patient_id not in last or last[patient_id] < at]


def record_shown(
    session: Session, actor: Actor, patient_ids: Collection[str], what: str, now: datetime
) -> None:
    """Note that `actor` saw `what` of each of these patients."""
    for patient_id in patient_ids:
        record_read(session, actor, patient_id, what, now)
