"""The audit trail: every read of a patient and every change leaves a row in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.tables import Access, Change


@dataclass(frozen=True)
class Actor:
    """Who did it: kind is staff, patient or system."""

    kind: str
    id: str
    request_id: str | None = None


SYSTEM = Actor("system", "system")


def record_read(session: Session, actor: Actor, patient_id: str, what: str, now: datetime) -> None:
    """Note that `actor` saw `what` of this patient."""
    session.add(
        Access(
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            patient_id=patient_id,
            what=what,
            request_id=actor.request_id,
        )
    )


def record_change(
    session: Session,
    actor: Actor,
    subject: str,
    subject_id: str,
    action: str,
    now: datetime,
    *,
    patient_id: str | None = None,
    **detail: Any,
) -> None:
    """Note a change. `detail` holds states and ids, never a name, phone or ID number."""
    session.add(
        Change(
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            patient_id=patient_id,
            subject=subject,
            subject_id=subject_id,
            action=action,
            detail=detail,
            request_id=actor.request_id,
        )
    )
