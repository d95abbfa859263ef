"""When does anything fall due next? One line a room; the demo clock travels by it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.alerts import escalation as alerts
from app.booking import reads as booking
from app.education import reads as education
from app.followup import reminders as followup
from app.medication import due as medication
from app.messaging import reads as messages
from app.wechat import inbox as callbacks

NextDue = Callable[[Session, datetime], datetime | None]
"""(session, after) → the first moment strictly after `after` at which the room has something to do."""

InHand = Callable[[Session, datetime], bool]
"""(session, now) → whether something due by now is still being worked on."""

NEXT_DUE: Sequence[NextDue] = (
    alerts.next_due,
    booking.next_due,
    education.next_due,
    followup.next_due,
    medication.next_due,
    messages.next_due,
    callbacks.next_due,
)
IN_HAND: Sequence[InHand] = (
    alerts.in_hand,
    booking.in_hand,
    education.in_hand,
    followup.in_hand,
    medication.in_hand,
    messages.in_hand,
    callbacks.in_hand,
)


def next_moment(session: Session, after: datetime) -> datetime | None:
    """The first moment after `after` at which any room has something to do."""
    moments = [moment for room in NEXT_DUE if (moment := room(session, after)) is not None]
    return min(moments, default=None)


def work_in_hand(session: Session, now: datetime) -> bool:
    """Whether anything due by now still waits for a worker or for WeChat's answer."""
    return any(room(session, now) for room in IN_HAND)
