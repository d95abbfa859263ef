"""Booking's jobs: open the days ahead, remind the evening before."""

from app.booking.catalog import open_ahead
from app.booking.reminders import remind_due
from app.core import clock
from app.core.db import contend, transaction
from app.wiring import Outside
from jobs.context import drains


@drains("booking.remind")
def remind(outside: Outside) -> None:
    """Open the timetable a month ahead and announce the reminders that are due."""
    now = clock.now()
    contend(outside.sessions, lambda session: open_ahead(session, now))
    while True:
        with transaction(outside.sessions) as session:
            if not remind_due(session, now):
                return
