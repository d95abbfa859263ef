"""A medicine not taken for days in a row is heard of once, on the day the row is complete."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.events import publish
from app.medication.events import DosesMissed
from app.medication.rules.adherence import missed_days
from app.medication.rules.answering import REASONS
from app.medication.tables import Dose, Regimen

HEARD_OF_AFTER = 3
"""Days; docs/sources.md#missed-days (needs review)"""

LOOKED_BACK = timedelta(days=40)
"""Far enough for a weekly medicine to miss three of its days."""

UNSETTLED = ("planned", "due")


def notice_missed_days(session: Session, regimen_id: str, day: date, now: datetime) -> None:
    """Publish DosesMissed when `day`, over for this regimen, completes the row of missed days."""
    end = clock.start_of(day + timedelta(days=1))
    doses = session.execute(
        select(Dose.due_at, Dose.state, Dose.reason)
        .where(
            Dose.regimen_id == regimen_id,
            Dose.due_at >= end - LOOKED_BACK,
            Dose.due_at < end,
            Dose.state != "cancelled",
        )
        .order_by(Dose.due_at)
    ).all()
    days = [(clock.day_of(due_at), state) for due_at, state, _ in doses]
    if any(on_day == day and state in UNSETTLED for on_day, state in days):
        return
    missed = missed_days(days)
    if missed == HEARD_OF_AFTER:
        since_on = sorted({on_day for on_day, _ in days})[-missed]
        publish(session, _told(session.get_one(Regimen, regimen_id), doses, missed, since_on, now))


def _told(regimen: Regimen, doses: Sequence[Any], missed: int, since_on: date, now: datetime) -> DosesMissed:
    """`doses` are rows of (due_at, state, reason); days left out are told apart from days without a word."""
    left_out = [
        (clock.day_of(due_at), reason)
        for due_at, state, reason in doses
        if state == "skipped" and clock.day_of(due_at) >= since_on
    ]
    return DosesMissed(
        patient_id=regimen.patient_id,
        regimen_id=regimen.id,
        drug=regimen.drug,
        days=missed,
        since_on=since_on,
        left_out=len({on_day for on_day, _ in left_out}),
        reasons=tuple(dict.fromkeys(REASONS[reason] for _, reason in left_out if reason in REASONS)),
        at=now,
    )
