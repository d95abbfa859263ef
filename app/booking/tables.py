"""Check-up packages, slots with their places, bookings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Site(Base):
    """A place where check-ups are done."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(128))
    opening: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The weekly opening, as booking.rules.opening reads it."""


class Package(Base):
    """A check-up package."""

    __tablename__ = "packages"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(String(255))
    items: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """[{"name": "血脂四项", "why": "看血管里的脂肪"}]."""
    preparation: Mapped[str] = mapped_column(Text)
    """What to do before, a line a point."""
    reminder: Mapped[str] = mapped_column(String(20))
    """The same for the card of the evening before."""
    needs_review: Mapped[bool] = mapped_column(default=True)
    """Until the hospital has confirmed the preparation; shown beside it."""
    price_fen: Mapped[int]
    sex: Mapped[str | None] = mapped_column(String(8))
    minutes: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class Slot(Base):
    """An arrival band at a site, with its places; `taken` moves by one conditional update only."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("site_id", "starts_at"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
        Index("ix_slots_on_day", "on_day"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"))
    on_day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class Booking(Base):
    """One patient's place in one slot."""

    __tablename__ = "bookings"
    __table_args__ = (Index("ix_bookings_state_remind_at", "state", "remind_at"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    slot_id: Mapped[str] = mapped_column(ForeignKey("slots.id"), index=True)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id"))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    """What the QR at the desk holds; unguessable."""
    state: Mapped[str] = mapped_column(String(12), default="booked")
    """booked, arrived, cancelled."""
    live_key: Mapped[str | None] = mapped_column(String(96), unique=True)
    """<patient>:<day> while booked: one check-up a person and day; empty once cancelled."""
    price_fen: Mapped[int]
    booked_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    """The evening before at 20:00; empty once reminded."""
    arrived_at: Mapped[datetime | None]
    arrived_by: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(128))
    request_id: Mapped[str] = mapped_column(String(64), unique=True)
