"""Alerts nobody answers go to the next person."""

from app.alerts.escalation import adopt_orphans, escalate_due
from app.core import clock
from app.core.db import transaction
from app.wiring import Outside
from jobs.context import drains

AT_ONCE = 100


@drains("alerts.escalate")
def escalate(out: Outside) -> None:
    """Pass on what ran out, and what lost its owner; a transaction a batch."""
    now = clock.now()
    with transaction(out.sessions) as session:
        adopt_orphans(session, now)
    while True:
        with transaction(out.sessions) as session:
            if not escalate_due(session, now, AT_ONCE):
                return
