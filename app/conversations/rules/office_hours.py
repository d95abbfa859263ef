"""When somebody reads what patients write, where the rota does not say: ordinary office hours.

A hospital that keeps a rota is asked its rota first; holidays are the hospital's calendar.
Source: docs/clinical-decisions.md#office-hours
"""

from datetime import datetime, time, timedelta

from app.core.workdays import WorkCalendar

WEEKDAYS = WorkCalendar()

OPENS, CLOSES = time(8, 0), time(17, 30)
"""On workdays, on the hospital's clock."""


def next_opening(local: datetime, calendar: WorkCalendar = WEEKDAYS) -> datetime | None:
    """None within office hours, else the next moment they begin; `local` is on the hospital's clock."""
    if calendar.is_workday(local.date()) and OPENS <= local.time() < CLOSES:
        return None
    opening = local.replace(hour=OPENS.hour, minute=OPENS.minute, second=0, microsecond=0)
    while opening <= local or not calendar.is_workday(opening.date()):
        opening += timedelta(days=1)
    return opening


def closing(local: datetime) -> datetime:
    """When the office hours of that day end."""
    return local.replace(hour=CLOSES.hour, minute=CLOSES.minute, second=0, microsecond=0)
