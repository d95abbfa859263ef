"""Bookings of check-ups: a place taken, shown with its QR, given back."""

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from app.api.answering import answer
from app.api.cursors import cursor_of, place_of
from app.api.family import family
from app.api.fitting import fitting
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Listed, Moment, PageQuery, Path, RowId, Shown, Write, text
from app.booking import bookings, reads
from app.booking.checkin import QR_PREFIX
from app.core import clock
from app.core.db import contend, read_only
from app.core.paging import cut
from app.http.doors import outside
from app.http.patient_auth import patient_actor, patient_api, patient_id

api = family("bookings", "体检预约")


class BookingPath(Path):
    booking_id: RowId


class Wish(Write):
    slot_id: RowId
    package_id: RowId


class Reason(Write):
    reason: Annotated[str, text(128, 0), Field(examples=["那天要带孙子"])] = ""


class Booking(Shown):
    id: RowId
    state: Literal["booked", "arrived", "cancelled"]
    code: str = Field(description="To be read aloud or typed at the desk.")
    qr: str = Field(description="What to draw as a QR code.")
    package_name: str
    preparation: str
    price_fen: int = Field(description="Hundredths of a yuan.")
    site_name: str
    site_address: str
    starts_at: Moment
    ends_at: Moment
    booked_at: Moment
    arrived_at: Moment | None
    cancelled_at: Moment | None


class Bookings(Listed[Booking]):
    """The patient's bookings, the latest arrival first."""


@api.get("/bookings", responses={200: Bookings, **refusals(404, 422)})
@patient_api
@fitting
def my_bookings(query: PageQuery) -> Response:
    """The patient's bookings, the latest arrival first."""
    behind = place_of(query.cursor)
    with read_only(outside().readers) as session:
        rows = reads.page_of_patient(session, patient_id(), behind, query.limit + 1)
    page = cut(rows, query.limit, lambda row: cursor_of(row.starts_at, row.id))
    return answer(Bookings(items=[_shown(row) for row in page.items], next_cursor=page.next_cursor))


@api.post("/bookings", responses={201: Booking, **refusals(404, 409, *WITH_BODY)})
@patient_api
@fitting
def book(body: Wish) -> Response:
    """Take a place in a slot."""
    now, actor, who = clock.now(), patient_actor(), patient_id()
    taken = contend(
        outside().sessions,
        lambda session: bookings.book(
            session, actor, who, body.slot_id, body.package_id, body.request_id, now
        ),
    )
    return answer(_one(taken.id), 201)


@api.get("/bookings/<booking_id>", responses={200: Booking, **refusals(404)})
@patient_api
@fitting
def my_booking(path: BookingPath) -> Response:
    """One booking with its QR."""
    return answer(_one(path.booking_id))


@api.post("/bookings/<booking_id>/cancellation", responses={200: Booking, **refusals(404, 409, *WITH_BODY)})
@patient_api
@fitting
def cancel_booking(path: BookingPath, body: Reason) -> Response:
    """Give the place back; doing it twice changes nothing."""
    now, actor, who = clock.now(), patient_actor(), patient_id()
    contend(
        outside().sessions,
        lambda session: bookings.cancel(session, actor, who, path.booking_id, body.reason, now),
    )
    return answer(_one(path.booking_id))


def _one(booking_id: str) -> Booking:
    with read_only(outside().readers) as session:
        bookings.of_patient(session, patient_id(), booking_id)
        return _shown(reads.one(session, booking_id))


def _shown(view: reads.BookingView) -> Booking:
    return Booking(
        id=view.id,
        state=view.state,
        code=view.code,
        qr=QR_PREFIX + view.code,
        package_name=view.package_name,
        preparation=view.preparation,
        price_fen=view.price_fen,
        site_name=view.site_name,
        site_address=view.site_address,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        booked_at=view.booked_at,
        arrived_at=view.arrived_at,
        cancelled_at=view.cancelled_at,
    )
