"""The evening before: every booking is reminded of once."""

from datetime import datetime
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.booking.events import BookingReminderDue
from app.booking.tables import Booking, Package, Slot
from app.booking.timetable import Doors
from app.core.db import changed
from app.core.events import publish
from app.core.fence import SET_ASIDE, fenced


def remind_due(session: Session, now: datetime, limit: int = 200) -> int:
    """Announce the bookings whose evening has come; how many. Each is claimed by emptying its remind_at.

    Nobody is reminded to come fasting to a shut door: a booking on a day declared off is the desk's to move.
    It is looked at again until its hour comes, because a day may have been declared off by mistake.
    """
    doors = Doors(session)
    due = session.execute(
        select(Booking, Package.name, Package.reminder, Slot)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.state == "booked", Booking.remind_at <= now)
        .order_by(Booking.remind_at, Booking.id)
        .limit(limit)
    ).all()
    for row in due:
        booking_id = row[0].id
        if not fenced(session, "booking.remind", booking_id, partial(_remind, session, doors, *row, now)):
            later = update(Booking).where(Booking.id == booking_id).values(remind_at=now + SET_ASIDE)
            session.execute(later)
    return len(due)


def _remind(
    session: Session, doors: Doors, booking: Booking, package: str, note: str, slot: Slot, now: datetime
) -> None:
    ahead, is_open = slot.starts_at > now, doors.open_on(slot.site_id, slot.on_day)
    claimed = changed(
        session,
        update(Booking)
        .where(Booking.id == booking.id, Booking.remind_at.is_not(None), Booking.state == "booked")
        .values(remind_at=now + SET_ASIDE if ahead and not is_open else None),
    )
    if claimed and ahead and is_open:
        publish(
            session, BookingReminderDue(booking.id, booking.patient_id, package, note, slot.starts_at, now)
        )
