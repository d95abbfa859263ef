"""What screens show of medicines: today's doses, the past week, regimens with their adherence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.medication.reminded import reminded_of
from app.medication.rules.adherence import Adherence, adherence, missed_streak
from app.medication.rules.answering import is_answerable
from app.medication.rules.doses import FREQUENCIES
from app.medication.tables import Dose, Regimen
from app.staff.tables import Account

RECKONED_OVER = timedelta(days=30)
"""Adherence on screens is that of the last thirty days."""


@dataclass(frozen=True)
class DoseShown:
    """One dose with its medicine."""

    id: str
    drug: str
    dose: str
    note: str
    due_at: datetime
    state: str
    reason: str | None
    answerable: bool
    """False while it is too early, and once it is too late."""


@dataclass(frozen=True)
class DayShown:
    """One day of the past week: how it went."""

    on: date
    due: int
    taken: int
    mark: str
    """all, some, none (answered or not, nothing taken), unknown (no answer), empty (nothing was due)."""


@dataclass(frozen=True)
class RegimenShown:
    """One medicine as staff see it."""

    id: str
    drug: str
    dose: str
    frequency: str
    times: Sequence[str]
    start_on: date
    end_on: date | None
    note: str
    entered_by: str
    entered_at: datetime
    stopped_at: datetime | None
    stop_reason: str | None
    adherence: Adherence
    streak: int
    """How many of the last settled doses in a row were not confirmed as taken."""
    last_reason: str | None
    """Why the last dose left out was left out."""

    def in_force_on(self, day: date) -> bool:
        """Whether the medicine is, or will be, taken: neither stopped nor over."""
        return self.stopped_at is None and (self.end_on is None or self.end_on >= day)

    @property
    def frequency_words(self) -> str:
        """每天一次; the code itself where it is unknown."""
        return FREQUENCIES[self.frequency].chinese if self.frequency in FREQUENCIES else self.frequency


def doses_of_day(session: Session, patient_id: str, day: date, now: datetime) -> Sequence[DoseShown]:
    """The doses of one of the hospital's days, earliest first."""
    start = clock.start_of(day)
    rows = session.execute(
        select(Dose, Regimen.drug, Regimen.dose, Regimen.note)
        .join(Regimen, Regimen.id == Dose.regimen_id)
        .where(
            Dose.patient_id == patient_id,
            Dose.due_at >= start,
            Dose.due_at < start + timedelta(days=1),
            Dose.state != "cancelled",
        )
        .order_by(Dose.due_at, Regimen.entered_at, Dose.id)
    )
    return [
        DoseShown(row.id, drug, dose, note, row.due_at, row.state, row.reason, is_answerable(row.due_at, now))
        for row, drug, dose, note in rows
    ]


def week_of(session: Session, patient_id: str, today: date) -> Sequence[DayShown]:
    """The seven days before today, oldest first."""
    start = clock.start_of(today - timedelta(days=7))
    rows = session.execute(
        select(Dose.due_at, Dose.state).where(
            Dose.patient_id == patient_id,
            Dose.due_at >= start,
            Dose.due_at < start + timedelta(days=7),
            Dose.state != "cancelled",
        )
    ).all()
    by_day: dict[date, list[str]] = {}
    for due_at, state in rows:
        by_day.setdefault(clock.day_of(due_at), []).append(state)
    days = [today - timedelta(days=back) for back in range(7, 0, -1)]
    return [_day(day, by_day.get(day, [])) for day in days]


def regimens_of(session: Session, patient_id: str, now: datetime) -> Sequence[RegimenShown]:
    """Every regimen of the patient, those in force first; two queries, however many doses there are."""
    rows = session.execute(
        select(Regimen, Account.name)
        .join(Account, Account.id == Regimen.entered_by)
        .where(Regimen.patient_id == patient_id)
        .order_by(Regimen.stopped_at.is_not(None), Regimen.entered_at, Regimen.id)
    ).all()
    doses = _doses_since(session, patient_id, now - RECKONED_OVER)
    return [_regimen(row, name, doses.get(row.id, [])) for row, name in rows]


def adherence_of(session: Session, patient_id: str, now: datetime) -> Adherence:
    """Over all medicines and the last thirty days."""
    doses = _doses_since(session, patient_id, now - RECKONED_OVER)
    return adherence(state for of_regimen in doses.values() for state, _ in of_regimen)


def panel(session: Session, patient_id: str, now: datetime) -> dict[str, Any]:
    """What medication/panel.html shows, on the page of the medicines and on the patient's."""
    today = clock.day_of(now)
    found = regimens_of(session, patient_id, now)
    return {
        "regimens": [each for each in found if each.in_force_on(today)],
        "past_regimens": [each for each in found if not each.in_force_on(today)],
        "adherence": adherence_of(session, patient_id, now),
        "reminded": reminded_of(session, patient_id, today),
        "today": today,
    }


def _doses_since(
    session: Session, patient_id: str, since: datetime
) -> Mapping[str, list[tuple[str, str | None]]]:
    rows = session.execute(
        select(Dose.regimen_id, Dose.state, Dose.reason)
        .where(Dose.patient_id == patient_id, Dose.due_at >= since)
        .order_by(Dose.due_at)
    )
    found: dict[str, list[tuple[str, str | None]]] = {}
    for regimen_id, state, reason in rows:
        found.setdefault(regimen_id, []).append((state, reason))
    return found


def _regimen(row: Regimen, entered_by: str, doses: Sequence[tuple[str, str | None]]) -> RegimenShown:
    states = [state for state, _ in doses]
    reasons = [reason for _, reason in doses if reason]
    return RegimenShown(
        id=row.id,
        drug=row.drug,
        dose=row.dose,
        frequency=row.frequency,
        times=row.times,
        start_on=row.start_on,
        end_on=row.end_on,
        note=row.note,
        entered_by=entered_by,
        entered_at=row.entered_at,
        stopped_at=row.stopped_at,
        stop_reason=row.stop_reason,
        adherence=adherence(states),
        streak=missed_streak(states),
        last_reason=reasons[-1] if reasons else None,
    )


def _day(day: date, states: Sequence[str]) -> DayShown:
    taken = states.count("taken")
    if not states:
        mark = "empty"
    elif taken == len(states):
        mark = "all"
    elif taken:
        mark = "some"
    else:
        mark = "none" if "skipped" in states else "unknown"
    return DayShown(day, len(states), taken, mark)
