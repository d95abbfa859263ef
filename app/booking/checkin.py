"""Arrival: the QR is seen at the desk, once; or, when the phone is dead, the person is found by name."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.booking.bookings import find
from app.booking.rules.desk import ensure_right_day
from app.booking.tables import Booking
from app.booking.timetable import slot as find_slot
from app.core import clock
from app.core.db import changed
from app.core.errors import Conflict, NotFound

QR_PREFIX = "suihu-booking:"


def check_in(session: Session, actor: Actor, scanned: str, now: datetime) -> tuple[Booking, bool]:
    """The booking, and whether it arrived just now (False: it had arrived before; the first time stays).

    `scanned` is the QR's text or the code typed by hand. Raises NotFound, Conflict wrong_day or cancelled.
    """
    code = scanned.strip().lower().removeprefix(QR_PREFIX).upper().replace(" ", "").replace("-", "")
    booking = session.scalar(select(Booking).where(Booking.code == code))
    if booking is None:
        raise NotFound("没有这个预约码。请核对，或按姓名查找。", code="booking_unknown", field="code")
    return _arrive(session, actor, booking, "code", now)


def check_in_by_name(session: Session, actor: Actor, booking_id: str, now: datetime) -> tuple[Booking, bool]:
    """The same for a person whom the desk found on the list and whose identity card it has seen."""
    return _arrive(session, actor, find(session, booking_id), "name", now)


def _arrive(
    session: Session, actor: Actor, booking: Booking, how: str, now: datetime
) -> tuple[Booking, bool]:
    if booking.state == "cancelled":
        raise Conflict("这个预约已经取消了。", code="booking_cancelled", field="code")
    ensure_right_day(find_slot(session, booking.slot_id).on_day, clock.day_of(now))
    arrived = changed(
        session,
        update(Booking)
        .where(Booking.id == booking.id, Booking.state == "booked")
        .values(state="arrived", arrived_at=now, arrived_by=actor.id, remind_at=None),
    )
    session.refresh(booking)
    if booking.state == "cancelled":
        raise Conflict("这个预约刚刚取消了。", code="booking_cancelled", field="code")
    if not arrived:
        return booking, False
    record_change(
        session, actor, "booking", booking.id, "arrived", now, patient_id=booking.patient_id, how=how
    )
    return booking, True
