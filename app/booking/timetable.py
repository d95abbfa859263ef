"""The timetable: slots opened ahead, places shown honestly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.booking.rules.desk import BOOK_UNTIL_BEFORE
from app.booking.rules.opening import Opening, bands
from app.booking.tables import Site, Slot
from app.core.errors import NotFound


@dataclass(frozen=True)
class OpenDay:
    """A day with arrival bands; `left` is 0 when all of them are full."""

    on_day: date
    left: int


@dataclass(frozen=True)
class OpenSlot:
    """A band that may be chosen, or is full."""

    id: str
    on_day: date
    starts_at: datetime
    ends_at: datetime
    left: int
    site_name: str
    site_address: str


def open_slots(
    session: Session, site_id: str, openings: Sequence[Opening], first: date, last: date, zone: ZoneInfo
) -> int:
    """Open every band from `first` to `last` that is not open yet; how many are new.

    The unique key on site and start keeps two runs from opening one band twice.
    """
    there = set(
        session.scalars(
            select(Slot.starts_at).where(Slot.site_id == site_id, Slot.on_day.between(first, last))
        )
    )
    new = [band for band in bands(openings, first, last, zone) if band.starts_at not in there]
    session.add_all(
        Slot(
            site_id=site_id,
            on_day=band.on_day,
            starts_at=band.starts_at,
            ends_at=band.ends_at,
            capacity=band.capacity,
        )
        for band in new
    )
    session.flush()
    return len(new)


def open_days(session: Session, first: date, last: date, now: datetime) -> Sequence[OpenDay]:
    """The days from `first` to `last` on which a band has not begun yet, full ones too."""
    rows = session.execute(
        select(Slot.on_day, func.sum(Slot.capacity - Slot.taken))
        .where(Slot.on_day.between(first, last), Slot.starts_at >= now + BOOK_UNTIL_BEFORE)
        .group_by(Slot.on_day)
        .order_by(Slot.on_day)
    )
    return [OpenDay(on_day, int(left)) for on_day, left in rows]


def slots_between(session: Session, first: date, last: date, now: datetime) -> Sequence[OpenSlot]:
    """The bands from `first` to `last` that have not begun, full ones too (left is 0), in order of time."""
    rows = session.execute(
        select(Slot, Site.name, Site.address)
        .join(Site, Site.id == Slot.site_id)
        .where(Slot.on_day.between(first, last), Slot.starts_at >= now + BOOK_UNTIL_BEFORE)
        .order_by(Slot.starts_at, Site.code)
    )
    return [
        OpenSlot(
            slot.id, slot.on_day, slot.starts_at, slot.ends_at, slot.capacity - slot.taken, name, address
        )
        for slot, name, address in rows
    ]


def slot(session: Session, slot_id: str) -> Slot:
    """One slot. Raises NotFound."""
    found = session.get(Slot, slot_id)
    if found is None:
        raise NotFound("没有这个时段，请返回重新选择。", code="slot_unknown")
    return found
