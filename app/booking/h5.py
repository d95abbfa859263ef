"""The patient's pages: choose a package, choose a time, keep the QR, cancel."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.booking import bookings, catalog, reads, timetable
from app.booking.checkin import QR_PREFIX
from app.booking.rules.calendar import months
from app.booking.rules.desk import CANCEL_REASONS
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, DomainError, Invalid
from app.core.ids import new_id
from app.core.typed import day_typed
from app.http.doors import outside
from app.http.errors import status_of
from app.http.form_fields import given_request_id
from app.http.patient_auth import patient_actor, patient_id, patient_page
from app.http.polling import unless_unchanged
from app.http.qr import qr_svg
from app.messaging import grants
from app.patients.profiles import find as find_patient

pages = Blueprint("booking_h5", __name__, url_prefix="/h5/booking")

REMINDER = "booking_reminder"
"""The purpose of the message of the evening before."""


@pages.get("")
@patient_page
def packages() -> str:
    """My bookings, and the packages to choose from."""
    today = clock.day_of(clock.now())
    with read_only(outside().readers) as session:
        mine = reads.of_patient(session, patient_id())
        offered = catalog.packages(session, find_patient(session, patient_id()).sex)
    coming = [view for view in reversed(mine) if view.shown(today) == "booked"]
    return render_template(
        "h5/booking_packages.html",
        packages=offered,
        coming=coming,
        past=[view for view in mine if view not in coming],
        today=today,
    )


@pages.get("/packages/<code>")
@patient_page
def choose_time(code: str) -> str:
    """The days of the next month, and the arrival bands of the chosen one."""
    return _times(code, _day(request.args.get("day")))


@pages.post("")
@patient_page
def book() -> Response | tuple[str, int]:
    """Take a place; a double tap takes one."""
    form, now = request.form, clock.now()
    code, day = form.get("package", ""), _day(form.get("day"))
    try:
        slot_id, request_id = _chosen(form.get("slot_id", "")), given_request_id()
        with read_only(outside().readers) as session:
            package_id = catalog.package_by_code(session, code).id
        booking = contend(
            outside().sessions,
            lambda session: bookings.book(
                session, patient_actor(), patient_id(), slot_id, package_id, request_id, now
            ),
        )
        if booking.state == "cancelled":
            # The page came back by the phone's own back button, after its booking was cancelled.
            raise Conflict("您刚才已经取消了这个预约。要再约，请重新选时间。", code="booking_cancelled")
    except (Conflict, Invalid) as refusal:
        return _times(code, day, refusal.message), status_of(refusal)
    return redirect(url_for("booking_h5.show", booking_id=booking.id, fresh=1))


@pages.get("/<booking_id>")
@patient_page
def show(booking_id: str) -> str:
    """One booking: time, place, QR, what to prepare."""
    return _booking(booking_id)


@pages.post("/<booking_id>/cancel")
@patient_page
def cancel(booking_id: str) -> Response | tuple[str, int]:
    """Give the place back."""
    now, reason = clock.now(), request.form.get("reason", "")
    try:
        contend(
            outside().sessions,
            lambda session: bookings.cancel(session, patient_actor(), patient_id(), booking_id, reason, now),
        )
    except Conflict as refusal:
        return _booking(booking_id, refusal), 409
    except Invalid as refusal:
        return _booking(booking_id, refusal), 422
    return redirect(url_for("booking_h5.show", booking_id=booking_id))


@pages.post("/<booking_id>/subscribed")
@patient_page
def subscribed(booking_id: str) -> Response:
    """Back from WeChat's question. What was allowed is counted from WeChat's own event, not from here."""
    page = url_for("booking_h5.show", booking_id=booking_id)
    if '"accept"' not in request.form.get("answers", ""):
        flash("没有打开提醒。想打开的时候，再点“打开体检提醒”。", "info")
        return redirect(page, 303)
    return redirect(f"{page}?asked=yes#reminding", 303)


@pages.get("/<booking_id>/reminding")
@patient_page
def reminding(booking_id: str) -> Response:
    """The part about the reminder alone: WeChat's word comes a moment after the patient's."""
    with read_only(outside().readers) as session:
        bookings.of_patient(session, patient_id(), booking_id)
        return unless_unchanged(
            "h5/booking_reminding.html", clock.now(), booking_id=booking_id, **_reminding(session)
        )


def _reminding(session: Session) -> dict[str, Any]:
    return {
        "reminded": grants.allows(session, patient_id(), REMINDER),
        "templates": grants.askable_for(session, REMINDER),
    }


def _times(code: str, wanted: date | None, problem: str = "") -> str:
    now = clock.now()
    first = clock.day_of(now)
    with read_only(outside().readers) as session:
        package = catalog.package_by_code(session, code)
        days = timetable.open_days(session, first, first + catalog.OPEN_AHEAD, now)
        day = _first_free(days, wanted)
        slots = timetable.slots_between(session, day, day, now) if day else ()
    return render_template(
        "h5/booking_times.html",
        package=package,
        months=months(days[0].on_day, days[-1].on_day) if days else (),
        left={day.on_day: day.left for day in days},
        day=day,
        slots=slots,
        problem=problem,
        request_id=new_id(),
    )


def _first_free(days: Sequence[timetable.OpenDay], wanted: date | None) -> date | None:
    """The day asked for when it is open, else the first with a place, else the first."""
    if wanted in {day.on_day for day in days}:
        return wanted
    free = next((day for day in days if day.left > 0), None) or next(iter(days), None)
    return free.on_day if free else None


def _booking(booking_id: str, problem: DomainError | None = None) -> str:
    with read_only(outside().readers) as session:
        bookings.of_patient(session, patient_id(), booking_id)
        view = reads.one(session, booking_id)
        about_reminding = _reminding(session)
    return render_template(
        "h5/booking_show.html",
        view=view,
        state=view.shown(clock.day_of(clock.now())),
        qr=qr_svg(QR_PREFIX + view.code, "签到二维码"),
        reasons=list(CANCEL_REASONS.items()),
        fresh=request.args.get("fresh"),
        asked=request.args.get("asked"),
        problem=problem,
        **about_reminding,
    )


def _day(text: str | None) -> date | None:
    try:
        return day_typed(text or "")
    except ValueError:
        return None


def _chosen(slot_id: str) -> str:
    if not slot_id:
        raise Invalid("请先选一个到达时间，再按预约。", code="no_slot", field="slot_id")
    return slot_id
