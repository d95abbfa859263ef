"""The timetable: slots opened ahead, places shown honestly.

A slot is offered while its site is open on that day: a day declared off later closes its slots.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.booking.rules.desk import BOOK_UNTIL_BEFORE
from app.booking.rules.opening import Opening, bands, opening, openings_on
from app.booking.tables import Site, Slot
from app.core.errors import Conflict, NotFound
from app.staff.workdays import work_calendar


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


class Doors:
    """Which site is open on which day, by its weekly opening and the hospital's holidays."""

    def __init__(self, session: Session) -> None:
        """Read the sites and the calendar once."""
        self._calendar = work_calendar(session)
        self._plans = {site.id: plan_of(site) for site in session.scalars(select(Site))}

    def open_on(self, site_id: str, day: date) -> bool:
        """Whether anybody is let in there on that day."""
        return bool(openings_on(self._plans[site_id], day, self._calendar))


def plan_of(site: Site) -> list[Opening]:
    """A site's weekly opening. Raises Invalid naming what is wrong with it."""
    return [opening(entry) for entry in site.opening]


def open_slots(session: Session, site: Site, first: date, last: date, zone: ZoneInfo) -> int:
    """Open every band from `first` to `last` that is not open yet; how many are new.

    The unique key on site and start keeps two runs from opening one band twice.
    """
    there = set(
        session.scalars(
            select(Slot.starts_at).where(Slot.site_id == site.id, Slot.on_day.between(first, last))
        )
    )
    planned = bands(plan_of(site), first, last, zone, work_calendar(session))
    new = [band for band in planned if band.starts_at not in there]
    session.add_all(
        Slot(
            site_id=site.id,
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
    doors = Doors(session)
    rows = session.execute(
        select(Slot.site_id, Slot.on_day, func.sum(Slot.capacity - Slot.taken))
        .where(Slot.on_day.between(first, last), Slot.starts_at >= now + BOOK_UNTIL_BEFORE)
        .group_by(Slot.site_id, Slot.on_day)
    )
    days: defaultdict[date, int] = defaultdict(int)
    for site_id, on_day, left in rows:
        if doors.open_on(site_id, on_day):
            days[on_day] += int(left)
    return [OpenDay(on_day, left) for on_day, left in sorted(days.items())]


def slots_between(session: Session, first: date, last: date, now: datetime) -> Sequence[OpenSlot]:
    """The bands from `first` to `last` that have not begun, full ones too (left is 0), in order of time."""
    doors = Doors(session)
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
        if doors.open_on(slot.site_id, slot.on_day)
    ]


def ensure_open(session: Session, slot: Slot) -> None:
    """Raises Conflict when the site is shut on the slot's day: declared off since the page was drawn."""
    if not Doors(session).open_on(slot.site_id, slot.on_day):
        raise Conflict("这一天放假，不做体检，请换一天。", code="day_closed")


def slot(session: Session, slot_id: str) -> Slot:
    """One slot. Raises NotFound."""
    found = session.get(Slot, slot_id)
    if found is None:
        raise NotFound("没有这个时段，请返回重新选择。", code="slot_unknown")
    return found
