"""The hospital's days off and worked weekends: entered by an administrator, asked by whoever plans a day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.documents import read_yaml
from app.core.errors import Invalid
from app.core.typed import fitting
from app.core.workdays import WorkCalendar
from app.staff.rules.days_off import OFF, WORKED, check_kind, check_years, span
from app.staff.tables import CalendarDay


def work_calendar(session: Session) -> WorkCalendar:
    """The days the hospital works, for rules that count workdays; some forty rows a year."""
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
    return WorkCalendar(
        holidays=frozenset(day for day, kind in rows if kind == OFF),
        worked_weekends=frozenset(day for day, kind in rows if kind == WORKED),
    )


def days_since(session: Session, first: date) -> Sequence[CalendarDay]:
    """Every entered day from `first` on."""
    return session.scalars(
        select(CalendarDay).where(CalendarDay.day >= first).order_by(CalendarDay.day)
    ).all()


def set_days(
    session: Session, actor: Actor, days: Collection[date], kind: str, name: str, now: datetime
) -> None:
    """Say of each day that it is off or worked, and why; a day entered before is said anew.

    Raises Invalid (year, kind, not_a_weekend, name_missing, too_long).
    """
    check_years(days, clock.day_of(now))
    check_kind(days, kind)
    name = fitting(name, 32, "name", "名称")
    if not name:
        raise Invalid("请写是什么假，例如：春节。", code="name_missing", field="name")
    for day in sorted(days):
        session.merge(CalendarDay(day=day, kind=kind, name=name))
        record_change(session, actor, "calendar_day", day.isoformat(), "set", now, kind=kind)


def forget_day(session: Session, actor: Actor, day: date, now: datetime) -> None:
    """Let the day be what its weekday says; one that is gone already stays gone."""
    found = session.get(CalendarDay, day)
    if found is None:
        return
    session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    record_change(session, actor, "calendar_day", day.isoformat(), "removed", now, kind=found.kind)


def load_seeds(session: Session, folder: Path, now: datetime) -> str:
    """Load the published years that nobody has entered; a year somebody has touched is the hospital's own."""
    known = {day.year for day in session.scalars(select(CalendarDay.day))}
    fresh = [entry for entry in read_yaml(folder / "holidays.yaml")["years"] if entry["year"] not in known]
    for entry in fresh:
        for each in entry["days"]:
            days = span(str(each["first"]), str(each.get("last") or ""))
            session.add_all(CalendarDay(day=day, kind=each["kind"], name=each["name"]) for day in days)
    return f"节假日：新载入 {len(fresh)} 年"
