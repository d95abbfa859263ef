"""Doses are rows drawn a week ahead, so that what falls due, and what was missed, can be counted."""

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.fence import fenced
from app.core.ids import new_id
from app.medication.rules import doses
from app.medication.tables import Dose, Regimen

AHEAD = timedelta(days=7)
DRAW_AGAIN_AFTER = timedelta(days=1)
"""A regimen whose doses reach less than AHEAD minus this far is drawn on."""

WHOLE = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when a course is drawn that has an end and is drawn up to it: nobody looks for it again."""


def draw(session: Session, regimen: Regimen, now: datetime) -> None:
    """Write the doses of this locked regimen up to AHEAD from now; those already drawn stay."""
    until = now + AHEAD
    session.add_all(
        Dose(
            id=new_id(),
            regimen_id=regimen.id,
            patient_id=regimen.patient_id,
            due_at=due_at,
            state="planned",
            reminded_at=None,
            answered_at=None,
            reason=None,
            requests=[],
        )
        for due_at in doses.moments(_plan(regimen), regimen.drawn_until, until, clock.zone())
    )
    regimen.drawn_until = WHOLE if _is_drawn_whole(regimen, until) else max(regimen.drawn_until, until)


def draw_ahead(session: Session, now: datetime, limit: int) -> int:
    """Draw on every regimen whose doses run short; how many were drawn on."""
    short = session.scalars(
        select(Regimen)
        .where(
            Regimen.stopped_at.is_(None),
            Regimen.drawn_until < now + AHEAD - DRAW_AGAIN_AFTER,
            or_(Regimen.end_on.is_(None), Regimen.end_on >= clock.day_of(now)),
        )
        # By the index: by id, the database reads through all regimens to find the few.
        .order_by(Regimen.drawn_until, Regimen.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(
        fenced(session, "medication.draw", regimen.id, partial(draw, session, regimen, now))
        for regimen in short
    )


def _is_drawn_whole(regimen: Regimen, until: datetime) -> bool:
    return regimen.end_on is not None and regimen.end_on < clock.day_of(until)


def _plan(regimen: Regimen) -> doses.Regimen:
    return doses.regimen(regimen.frequency, regimen.start_on, regimen.end_on, regimen.times)
