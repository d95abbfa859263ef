"""Book and cancel: a place is taken by one conditional update, and never twice.

Whoever changes a booking and its slot takes the slot first, so that two of them never lock each other out.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.booking.events import BookingCancelled, CancelledAtDesk, SlotBooked
from app.booking.rules.desk import (
    ensure_bookable,
    ensure_cancellable,
    ensure_fits,
    ensure_not_over,
    remind_at,
)
from app.booking.tables import Booking, Package, Site, Slot
from app.booking.timetable import ensure_open
from app.booking.timetable import slot as find_slot
from app.core import clock
from app.core.db import changed
from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.core.ids import new_code
from app.core.typed import fitting
from app.patients.profiles import find as find_patient

CODE_LENGTH = 16


def book(
    session: Session,
    actor: Actor,
    patient_id: str,
    slot_id: str,
    package_id: str,
    request_id: str,
    now: datetime,
) -> Booking:
    """Take one place. The same request_id gives the first answer again.

    Raises NotFound for a slot or package that is not there, Conflict package_unfit, slot_full, slot_past,
    day_closed, already_booked when this person has a check-up that day, or request_id_taken when the request
    asked for another place or package before.
    """
    try:
        return _by_request(session, patient_id, request_id, slot_id, package_id) or _book(
            session, actor, patient_id, slot_id, package_id, request_id, now
        )
    except Conflict:
        # Between our look and now the first tap may have been done: then that is the answer.
        earlier = _by_request(session, patient_id, request_id, slot_id, package_id)
        if earlier is None:
            raise
        return earlier


def cancel(
    session: Session, actor: Actor, patient_id: str, booking_id: str, reason: str, now: datetime
) -> Booking:
    """The patient gives the place back; a second time changes nothing.

    Raises NotFound, Conflict cancel_too_late or already_arrived.
    """
    booking = of_patient(session, patient_id, booking_id)
    if booking.state == "booked":
        ensure_cancellable(find_slot(session, booking.slot_id).starts_at, now)
    if _give_back(session, actor, booking, reason, now):
        publish(session, BookingCancelled(booking.id, patient_id, now))
    return booking


def cancel_at_desk(session: Session, actor: Actor, booking_id: str, reason: str, now: datetime) -> Booking:
    """The desk gives the place back for somebody who called, as late as the day itself; the patient is told.

    Raises NotFound, Conflict day_over or already_arrived.
    """
    booking = find(session, booking_id)
    slot = find_slot(session, booking.slot_id)
    ensure_not_over(slot.on_day, clock.day_of(now))
    if _give_back(session, actor, booking, reason, now):
        package = session.get_one(Package, booking.package_id)
        publish(session, CancelledAtDesk(booking.id, booking.patient_id, package.name, slot.starts_at, now))
    return booking


def find(session: Session, booking_id: str) -> Booking:
    """One booking, whoever's it is. Raises NotFound."""
    booking = session.get(Booking, booking_id)
    if booking is None:
        raise NotFound("没有找到这个预约。", code="booking_unknown")
    return booking


def of_patient(session: Session, patient_id: str, booking_id: str) -> Booking:
    """One booking of this patient; another's is not found. Raises NotFound."""
    booking = find(session, booking_id)
    if booking.patient_id != patient_id:
        raise NotFound("没有找到这个预约。", code="booking_unknown")
    return booking


def _by_request(
    session: Session, patient_id: str, request_id: str, slot_id: str, package_id: str
) -> Booking | None:
    found = session.scalar(select(Booking).where(Booking.request_id == request_id))
    asked = (patient_id, slot_id, package_id)
    if found is not None and (found.patient_id, found.slot_id, found.package_id) != asked:
        raise Conflict(
            "您刚才在这一页已经提交过一次，请重新选时间。", code="request_id_taken", field="request_id"
        )
    return found


def _book(
    session: Session,
    actor: Actor,
    patient_id: str,
    slot_id: str,
    package_id: str,
    request_id: str,
    now: datetime,
) -> Booking:
    slot = find_slot(session, slot_id)
    package = session.get(Package, package_id)
    if package is None or not package.active:
        raise NotFound("没有这个体检套餐，请返回重新选择。", code="package_unknown")
    ensure_fits(package.sex, find_patient(session, patient_id).sex)
    ensure_bookable(slot.starts_at, now)
    ensure_open(session, slot)
    live_key = f"{patient_id}:{slot.on_day.isoformat()}"
    _ensure_free_day(session, live_key)
    _take_place(session, slot.id)
    booking = Booking(
        patient_id=patient_id,
        slot_id=slot.id,
        package_id=package.id,
        code=new_code(CODE_LENGTH),
        live_key=live_key,
        price_fen=package.price_fen,
        booked_at=now,
        remind_at=remind_at(slot.starts_at, now, clock.zone()),
        request_id=request_id,
    )
    session.add(booking)
    session.flush()
    record_change(session, actor, "booking", booking.id, "booked", now, patient_id=patient_id, slot=slot.id)
    site = session.get_one(Site, slot.site_id)
    publish(session, SlotBooked(booking.id, patient_id, package.name, site.name, slot.starts_at, now))
    return booking


def _ensure_free_day(session: Session, live_key: str) -> None:
    if session.scalar(select(Booking.id).where(Booking.live_key == live_key)):
        raise Conflict("您这一天已经约过体检了。要换时间，请先取消原来的。", code="already_booked")


def _take_place(session: Session, slot_id: str) -> None:
    # One statement decides: whoever finds a place left has it, and nobody counts first.
    taken = changed(
        session,
        update(Slot).where(Slot.id == slot_id, Slot.taken < Slot.capacity).values(taken=Slot.taken + 1),
    )
    if not taken:
        raise Conflict("这个时段刚刚约满了，请换一个时段。", code="slot_full")


def _give_back(session: Session, actor: Actor, booking: Booking, reason: str, now: datetime) -> bool:
    """Whether it was cancelled just now. Raises Conflict already_arrived, Invalid (too_long)."""
    reason = fitting(reason, 128, "reason", "原因")
    session.execute(select(Slot.id).where(Slot.id == booking.slot_id).with_for_update())
    freed = changed(
        session,
        update(Booking)
        .where(Booking.id == booking.id, Booking.state == "booked")
        .values(state="cancelled", cancelled_at=now, cancel_reason=reason, live_key=None, remind_at=None),
    )
    session.refresh(booking)
    if booking.state == "arrived":
        raise Conflict("已经签到了，不能再取消。", code="already_arrived")
    if not freed:
        return False
    session.execute(update(Slot).where(Slot.id == booking.slot_id).values(taken=Slot.taken - 1))
    record_change(session, actor, "booking", booking.id, "cancelled", now, patient_id=booking.patient_id)
    return True
