"""The desk: who comes today, the QR that says they are here, and what to do when the phone is dead."""

from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.trail import record_read
from app.booking import reads
from app.booking.bookings import cancel_at_desk, find
from app.booking.checkin import check_in, check_in_by_name
from app.booking.rules.desk import CANCEL_REASONS, DAY_OFF
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.masks import show_phone
from app.core.typed import day_typed
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only

console = Blueprint("booking_console", __name__, url_prefix="/console/booking")

LOAD_SHOWN = timedelta(days=14)


@console.get("")
@console.post("")
@staff_only("booking.desk")
def desk() -> str:
    """A day's list, the scan box, and bookings found by name; the name is posted, addresses are logged."""
    return _desk()


@console.post("/check-in")
@staff_only("booking.desk")
def arrive() -> tuple[str, int]:
    """A QR was scanned or a code typed."""
    code, now = request.form.get("code", ""), clock.now()
    try:
        row, just_now = contend(outside().sessions, lambda session: _check_in(session, code, now))
    except (NotFound, Conflict) as refusal:
        return _desk(problem=refusal), 409 if isinstance(refusal, Conflict) else 404
    return _desk(arrived=row, just_now=just_now), 200


@console.get("/<booking_id>")
@staff_only("booking.desk")
def show(booking_id: str) -> str:
    """One booking: who, when, and check in or cancel by hand."""
    return _booking(booking_id)


@console.post("/<booking_id>/check-in")
@staff_only("booking.desk")
def arrive_by_name(booking_id: str) -> tuple[str, int]:
    """The phone is dead; the person was found on the list and showed the identity card."""
    try:
        row, just_now = contend(outside().sessions, lambda session: _check_in_by_name(session, booking_id))
    except Conflict as refusal:
        return _booking(booking_id, refusal), 409
    return _desk(arrived=row, just_now=just_now), 200


def _check_in(session: Session, code: str, now: datetime) -> tuple[reads.DeskRow, bool]:
    booking, just_now = check_in(session, staff_actor(), code, now)
    record_read(session, staff_actor(), booking.patient_id, "booking", now)
    return reads.at_desk(session, booking.id), just_now


def _check_in_by_name(session: Session, booking_id: str) -> tuple[reads.DeskRow, bool]:
    booking, just_now = check_in_by_name(session, staff_actor(), booking_id, clock.now())
    return reads.at_desk(session, booking.id), just_now


@console.post("/<booking_id>/cancel")
@staff_only("booking.desk")
def cancel(booking_id: str) -> Response | tuple[str, int]:
    """The patient called: give the place back, and let WeChat tell the patient."""
    now, reason = clock.now(), request.form.get("reason", "")
    try:
        contend(
            outside().sessions,
            lambda session: cancel_at_desk(session, staff_actor(), booking_id, reason, now),
        )
    except Conflict as refusal:
        return _booking(booking_id, refusal), 409
    except Invalid as refusal:
        return _booking(booking_id, refusal), 422
    return redirect(url_for("booking_console.show", booking_id=booking_id))


def _desk(
    problem: DomainError | None = None, arrived: reads.DeskRow | None = None, just_now: bool = False
) -> str:
    today = clock.day_of(clock.now())
    day, wanted = _day(request.args.get("day"), today), request.form.get("q", "").strip()
    with read_only(outside().readers) as session:
        return render_template(
            "booking/desk.html",
            rows=reads.found(session, wanted, today) if wanted else reads.day_list(session, day),
            load=reads.load(session, today, today + LOAD_SHOWN),
            to_move=reads.to_move(session, today),
            day=day,
            today=today,
            wanted=wanted,
            problem=problem,
            arrived=arrived,
            just_now=just_now,
            show_phone=show_phone,
        )


def _booking(booking_id: str, problem: DomainError | None = None) -> str:
    now = clock.now()
    with transaction(outside().sessions) as session:
        record_read(session, staff_actor(), find(session, booking_id).patient_id, "booking", now)
        row = reads.at_desk(session, booking_id)
    return render_template(
        "booking/booking.html",
        row=row,
        today=clock.day_of(now),
        reasons=list((DAY_OFF | CANCEL_REASONS if row.booking.day_off else CANCEL_REASONS).items()),
        problem=problem,
        show_phone=show_phone,
    )


def _day(text: str | None, today: date) -> date:
    try:
        return day_typed(text) if text else today
    except ValueError:
        return today
