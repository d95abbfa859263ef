"""A dose answered in the chat: 吃了 counts where it can mean one dose only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.wording import plain, spoken
from app.medication import intake
from app.medication.rules.answering import EARLY
from app.medication.rules.told import says_taken
from app.medication.tables import Dose, Regimen
from app.patients.consents import collecting

PAGE = "/h5/medication"
SEVERAL = "今天不止一次药还没有打卡，不知道您说的是哪一次。请点开这里，吃过的点一下："


def take_told(session: Session, patient_id: str, text: str, request_id: str, now: datetime) -> str | None:
    """What is said back to 吃了, with PAGE behind it; None when it is something else, or no dose is open.

    None too after the consent was withdrawn: nothing is noted, and a nurse reads the line.
    Of today's doses that are due, else of the next ones that may be answered already.
    """
    if not says_taken(plain(text)) or not collecting(session, patient_id):
        return None
    doses = _open(session, patient_id, now)
    due = [row for row in doses if row.Dose.due_at <= now] or doses
    if len(due) != 1:
        return SEVERAL if due else None
    dose, regimen = due[0].Dose, due[0].Regimen
    intake.take(session, patient_id, [dose.id], request_id, now)
    when = spoken(clock.local(dose.due_at), clock.local(now))
    return f"记下了：{when} 的{regimen.drug} {regimen.dose} 吃过了。要是记错了，点这里改："


def _open(session: Session, patient_id: str, now: datetime) -> Sequence[Any]:
    """Rows of (Dose, Regimen), first due first."""
    return session.execute(
        select(Dose, Regimen)
        .join(Regimen, Regimen.id == Dose.regimen_id)
        .where(
            Dose.patient_id == patient_id,
            Dose.state.in_(("planned", "due")),
            Dose.due_at >= clock.start_of(clock.day_of(now)),
            Dose.due_at <= now + EARLY,
        )
        .order_by(Dose.due_at, Dose.id)
    ).all()
