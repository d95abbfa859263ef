"""Contacts fall due, and the unanswered climb their ladder."""

from app.core import clock
from app.core.db import transaction
from app.followup.reminders import remind_due
from app.wiring import Outside
from jobs.context import drains

AT_ONCE = 200


@drains("followup.remind")
def remind(out: Outside) -> None:
    """Work off everything due; a transaction a batch, so that no row stays locked for long."""
    now = clock.now()
    while True:
        with transaction(out.sessions) as session:
            if not remind_due(session, now, AT_ONCE):
                return
