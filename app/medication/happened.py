"""Medicines on the timeline: regimens as they began and ended, and one line for each day's doses."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.happened import Happened, Place, newest
from app.medication.tables import Dose, Regimen

DOSES_A_DAY = 8
"""Read for each line; who takes more has fewer days on a page."""


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Days of doses, and what was prescribed and stopped."""
    return newest([*_days(session, patient_id, behind, most), *_regimens(session, patient_id)], behind, most)


def _days(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    rows = select(Dose.due_at, Dose.state).where(
        Dose.patient_id == patient_id, Dose.state.in_(("taken", "skipped", "unanswered"))
    )
    if behind is not None:
        rows = rows.where(Dose.due_at <= behind.at)
    limit = most * DOSES_A_DAY
    doses = session.execute(rows.order_by(Dose.due_at.desc(), Dose.id.desc()).limit(limit)).all()
    by_day: dict[date, list[str]] = {}
    for due_at, state in doses:
        by_day.setdefault(clock.day_of(due_at), []).append(state)
    if len(doses) == limit:
        # The oldest day may lie half behind the limit; it comes whole on the next page.
        by_day.pop(min(by_day))
    return [_day(day, states) for day, states in by_day.items()]


def _day(day: date, states: Sequence[str]) -> Happened:
    taken, skipped, silent = (states.count(state) for state in ("taken", "skipped", "unanswered"))
    parts = [f"没吃 {skipped}"] * bool(skipped) + [f"没登记 {silent}"] * bool(silent)
    end = clock.start_of(day + timedelta(days=1)) - timedelta(seconds=1)
    return Happened(
        end,
        f"doses:{day}",
        "doses",
        f"服药：已确认 {taken} / 应吃 {len(states)}",
        "，".join(parts),
        "",
        "good" if taken == len(states) else "missed",
    )


def _regimens(session: Session, patient_id: str) -> list[Happened]:
    """All of them: a patient has few."""
    rows = session.scalars(select(Regimen).where(Regimen.patient_id == patient_id)).all()
    begun = [
        Happened(row.entered_at, f"{row.id}:begun", "regimen", f"开始用药：{row.drug} {row.dose}", row.note)
        for row in rows
    ]
    ended = [
        Happened(row.stopped_at, f"{row.id}:ended", "regimen", f"停用：{row.drug}", row.stop_reason or "")
        for row in rows
        if row.stopped_at is not None
    ]
    return begun + ended
