"""What a list or a poll shows of patients leaves its trace before it leaves the house."""

from datetime import datetime

from app.audit.shown import Shown, newly_shown, record_shown
from app.core.db import read_only, transaction
from app.http.doors import outside
from app.http.staff_auth import staff_actor


def note_shown(shown: Shown, what: str, now: datetime) -> None:
    """One row for each patient of whom the signed-in person sees something new; mostly that is nobody.

    Not asked for a 304: nothing is shown then.
    """
    actor = staff_actor()
    with read_only(outside().readers) as session:
        new = newly_shown(session, actor.id, shown, what, now)
    if new:
        with transaction(outside().sessions) as session:
            record_shown(session, actor, new, what, now)
