"""When somebody reads what patients write, where the rota does not say: ordinary office hours.

Holidays are not known here: a hospital that keeps a rota is asked its rota first.
Source: docs/clinical-decisions.md#office-hours
"""

from datetime import datetime, time, timedelta

OPENS, CLOSES = time(8, 0), time(17, 30)
"""Monday to Friday, on the hospital's clock."""


def next_opening(local: datetime) -> datetime | None:
    """None within office hours, else the next moment they begin; `local` is on the hospital's clock."""
    if _workday(local) and OPENS <= local.time() < CLOSES:
        return None
    opening = local.replace(hour=OPENS.hour, minute=OPENS.minute, second=0, microsecond=0)
    while opening <= local or not _workday(opening):
        opening += timedelta(days=1)
    return opening


def _workday(day: datetime) -> bool:
    return day.weekday() < 5
