"""Who answers for an alert: always somebody who works here today, as near to the patient as can be."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.rules.escalation import CHINESE
from app.patients.tables import Patient
from app.staff.rota import all_on_duty
from app.staff.tables import Account


@dataclass(frozen=True)
class Owner:
    """A member of staff, and why it is them (Chinese, shown behind the name)."""

    staff_id: str
    because: str


NOBODY = "没有在职人员可以负责"
"""Why an alert has no owner: a house without a single active account."""


def owner_for(
    session: Session,
    patient_id: str | None,
    now: datetime,
    *,
    role: str = "nurse",
    not_these: frozenset[str] = frozenset(),
) -> Owner | None:
    """The one to answer: on duty, else the patient's own, else any of the role, else an administrator.

    `patient_id` is None for somebody without a card, who has no nurse of their own. `not_these` had
    their turn; they are only taken again when nobody else is left. None in a hospital without a
    single active account: `alerts.reads.counts` says what that leaves.
    """
    found = (
        _on_duty(session, role, now, not_these)
        or _responsible(session, patient_id, role, not_these)
        or _any_of(session, role, not_these, f"当时没有{CHINESE[role]}值班，由在职的{CHINESE[role]}处理")
        or _any_of(session, "administrator", not_these, f"没有别的在职{CHINESE[role]}，由管理员处理")
    )
    if found is None and not_these:
        return owner_for(session, patient_id, now, role=role)
    return found


def _on_duty(session: Session, role: str, now: datetime, not_these: frozenset[str]) -> Owner | None:
    here = all_on_duty(session, now)
    found = next((one.id for one in here if one.role == role and one.id not in not_these), None)
    return Owner(found, "当时正在值班") if found else None


def _responsible(
    session: Session, patient_id: str | None, role: str, not_these: frozenset[str]
) -> Owner | None:
    column = Patient.doctor_id if role == "doctor" else Patient.nurse_id
    staff_id = session.scalars(
        select(Account.id)
        .join(Patient, column == Account.id)
        .where(Patient.id == patient_id, Account.active, Account.role == role, Account.id.not_in(not_these))
    ).one_or_none()
    who = CHINESE[role]
    return Owner(staff_id, f"当时没有{who}值班，是这位患者的责任{who}") if staff_id else None


def _any_of(session: Session, role: str, not_these: frozenset[str], because: str) -> Owner | None:
    staff_id = session.scalars(
        select(Account.id)
        .where(Account.role == role, Account.active, Account.id.not_in(not_these))
        .order_by(Account.id)
        .limit(1)
    ).one_or_none()
    return Owner(staff_id, because) if staff_id else None
