"""Whose a conversation is: kept with who has it while they are there, else given by rules.assignment."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conversations.rules.assignment import Candidate, assign
from app.conversations.tables import Conversation, Line
from app.patients.tables import Patient
from app.staff.rota import all_on_duty

ROLE = "nurse"


def give_to_somebody(session: Session, conversation: Conversation, now: datetime) -> None:
    """Leave it with whoever has it and is on duty; else give it to whom the rule picks, with the reason."""
    on_duty = {account.id for account in all_on_duty(session, now) if account.role == ROLE}
    if conversation.assignee_id in on_duty:
        return
    chosen = assign(_candidates(session, conversation, on_duty))
    if chosen is not None:
        conversation.assignee_id, conversation.assigned_because = chosen.staff_id, chosen.because


def _candidates(session: Session, conversation: Conversation, on_duty: set[str]) -> Sequence[Candidate]:
    own = _own_nurse(session, conversation)
    last = _spoke_last(session, conversation)
    talks = _open_talks(session, on_duty)
    known = on_duty | {each for each in (own, last) if each is not None}
    return [
        Candidate(
            staff_id=each,
            on_duty=each in on_duty,
            responsible=each == own,
            spoke_last=each == last,
            open_talks=talks.get(each, 0),
        )
        for each in sorted(known)
    ]


def _own_nurse(session: Session, conversation: Conversation) -> str | None:
    if conversation.patient_id is None:
        return None
    return session.scalars(select(Patient.nurse_id).where(Patient.id == conversation.patient_id)).one()


def _spoke_last(session: Session, conversation: Conversation) -> str | None:
    return session.scalars(
        select(Line.author_id)
        .where(Line.conversation_id == conversation.id, Line.author_kind == "staff")
        .order_by(Line.at.desc(), Line.id.desc())
        .limit(1)
    ).one_or_none()


def _open_talks(session: Session, staff_ids: set[str]) -> Mapping[str, int]:
    rows = session.execute(
        select(Conversation.assignee_id, func.count())
        .where(Conversation.assignee_id.in_(staff_ids), Conversation.waiting_since.is_not(None))
        .group_by(Conversation.assignee_id)
    )
    return {staff_id: count for staff_id, count in rows if staff_id is not None}
