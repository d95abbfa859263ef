"""What the booking screens ask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from app.booking.rules.desk import CANCEL_REASONS, DAY_OFF, shown_state
from app.booking.tables import Booking, Package, Site, Slot
from app.booking.timetable import Doors
from app.patients.search import means
from app.patients.tables import Patient

SHOWN_AT_MOST = 500
"""Lines of one list; a day of one hospital is far below."""


@dataclass(frozen=True)
class BookingView:
    """One booking with everything its card shows."""

    id: str
    patient_id: str
    code: str
    state: str
    package_name: str
    preparation: str
    needs_review: bool
    """Whether the preparation still waits for the hospital's word."""
    price_fen: int
    site_name: str
    site_address: str
    on_day: date
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    remind_at: datetime | None
    """When the reminder will come; empty once it came, or when there is none."""
    arrived_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    day_off: bool
    """Whether the place is shut on that day: declared off after the booking was made."""

    def shown(self, today: date) -> str:
        """The state as a page calls it: missed when the day went by."""
        return shown_state(self.state, self.on_day, today)

    @property
    def cancel_words(self) -> str:
        """Why it was cancelled, in words."""
        return (CANCEL_REASONS | DAY_OFF).get(self.cancel_reason or "", "没有说明")


@dataclass(frozen=True)
class DeskRow:
    """One line of the desk's list, with what tells two people of one name apart."""

    booking: BookingView
    patient_name: str
    sex: str
    birth_on: date
    phone: str | None
    """Whole: pages show it masked."""


@dataclass(frozen=True)
class DayLoad:
    """How full one day is."""

    on_day: date
    capacity: int
    taken: int
    day_off: bool
    """Shut: nobody can book, and who has booked has to be moved."""


def of_patient(session: Session, patient_id: str) -> Sequence[BookingView]:
    """A patient's bookings, the latest day first."""
    found = _views().where(Booking.patient_id == patient_id)
    return _seen(session, found.order_by(Slot.starts_at.desc(), Booking.id))


def page_of_patient(
    session: Session, patient_id: str, behind: tuple[datetime, str] | None, size: int
) -> Sequence[BookingView]:
    """Up to `size` bookings, the latest arrival first, behind the (starts_at, id) of the last one seen."""
    found = _views().where(Booking.patient_id == patient_id)
    if behind is not None:
        found = found.where(tuple_(Slot.starts_at, Booking.id) < tuple_(*behind))
    return _seen(session, found.order_by(Slot.starts_at.desc(), Booking.id.desc()).limit(size))


def one(session: Session, booking_id: str) -> BookingView:
    """One booking; the caller has checked whose it is."""
    (view,) = _seen(session, _views().where(Booking.id == booking_id))
    return view


def at_desk(session: Session, booking_id: str) -> DeskRow:
    """One booking with the person who comes; the caller has checked that it is there."""
    return _desk_rows(session, Booking.id == booking_id)[0]


def day_list(session: Session, on_day: date, *, most: int = SHOWN_AT_MOST) -> Sequence[DeskRow]:
    """Everybody who is expected on a day, in order of arrival band; cancelled ones are left out."""
    return _desk_rows(session, (Slot.on_day == on_day) & (Booking.state != "cancelled"), most)


def day_counts(session: Session, on_day: date) -> tuple[int, int]:
    """(people expected on a day, how many of them have arrived)."""
    row = session.execute(
        select(func.count(), func.count(case((Booking.state == "arrived", 1))))
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.on_day == on_day, Booking.state != "cancelled")
    ).one()
    return row[0], row[1]


def found(session: Session, text: str, since: date) -> Sequence[DeskRow]:
    """Bookings from a day on of people whom `text` may mean, in any way that finds a patient."""
    coming = (Slot.on_day >= since) & (Booking.state != "cancelled")
    return _desk_rows(session, means(text) & coming)


def load(session: Session, first: date, last: date) -> Sequence[DayLoad]:
    """Places and bookings of each day; an empty day off is left out."""
    doors = Doors(session)
    rows = session.execute(
        select(Slot.on_day, Slot.site_id, func.sum(Slot.capacity), func.sum(Slot.taken))
        .where(Slot.on_day.between(first, last))
        .group_by(Slot.on_day, Slot.site_id)
        .order_by(Slot.on_day)
    ).all()
    days = []
    for day, sites in groupby(rows, key=lambda row: row[0]):
        of_day = [(doors.open_on(row[1], day), int(row[2]), int(row[3])) for row in sites]
        seen = DayLoad(
            day,
            capacity=sum(capacity for is_open, capacity, _ in of_day if is_open),
            taken=sum(taken for _, _, taken in of_day),
            day_off=not any(is_open for is_open, _, _ in of_day),
        )
        if seen.taken or not seen.day_off:
            days.append(seen)
    return days


def to_move(session: Session, today: date) -> Mapping[date, int]:
    """{day off: bookings that stand on it}, from today on: somebody has to find these people another day."""
    doors = Doors(session)
    rows = session.execute(
        select(Slot.on_day, Slot.site_id, func.count())
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Slot.on_day >= today, Booking.state == "booked")
        .group_by(Slot.on_day, Slot.site_id)
        .order_by(Slot.on_day)
    )
    shut = Counter[date]()
    for day, site_id, number in rows:
        if not doors.open_on(site_id, day):
            shut[day] += number
    return shut


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first reminder after this moment; none of a day declared off, which is only looked at again."""
    doors, first = Doors(session), func.min(Booking.remind_at)
    rows = session.execute(
        select(first, Slot.site_id, Slot.on_day)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.state == "booked", Booking.remind_at > after)
        .group_by(Slot.site_id, Slot.on_day)
        .order_by(first)
    )
    return next((at for at, site_id, day in rows if doors.open_on(site_id, day)), None)


def in_hand(session: Session, now: datetime) -> bool:
    """Whether a reminder is due and not announced yet."""
    return (
        session.scalar(select(Booking.id).where(Booking.state == "booked", Booking.remind_at <= now).limit(1))
        is not None
    )


def _views() -> Select[Booking, Package, Slot, str, str]:
    return (
        select(Booking, Package, Slot, Site.name, Site.address)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Site, Site.id == Slot.site_id)
    )


def _desk_rows(
    session: Session, condition: ColumnElement[bool], most: int = SHOWN_AT_MOST
) -> Sequence[DeskRow]:
    rows = session.execute(
        _views()
        .add_columns(Patient.name, Patient.sex, Patient.birth_on, Patient.phone)
        .join(Patient, Patient.id == Booking.patient_id)
        .where(condition)
        .order_by(Slot.starts_at, Patient.name, Booking.id)
        .limit(most)
    )
    doors = Doors(session)
    return [DeskRow(_view(row, doors), *row[5:]) for row in rows]


def _seen(session: Session, found: Select[*tuple[Any, ...]]) -> Sequence[BookingView]:
    doors = Doors(session)
    return [_view(row, doors) for row in session.execute(found)]


def _view(row: Row[*tuple[Any, ...]], doors: Doors) -> BookingView:
    booking, package, slot, site_name, site_address = row[:5]
    return BookingView(
        id=booking.id,
        patient_id=booking.patient_id,
        code=booking.code,
        state=booking.state,
        package_name=package.name,
        preparation=package.preparation,
        needs_review=package.needs_review,
        price_fen=booking.price_fen,
        site_name=site_name,
        site_address=site_address,
        on_day=slot.on_day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        booked_at=booking.booked_at,
        remind_at=booking.remind_at,
        arrived_at=booking.arrived_at,
        cancelled_at=booking.cancelled_at,
        cancel_reason=booking.cancel_reason,
        day_off=not doors.open_on(slot.site_id, slot.on_day),
    )
