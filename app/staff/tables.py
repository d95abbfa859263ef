"""The people who work here, their sessions and shifts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Department(Base):
    """A department at one of the hospital's sites."""

    __tablename__ = "departments"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    site: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))


class Account(Base):
    """One member of staff."""

    __tablename__ = "staff_accounts"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    """One of staff.rules.permissions.ROLES."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("departments.id"))
    password_hash: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    oa_openid: Mapped[str | None] = mapped_column(String(64))
    """Where test messages and alerts to this person go, once bound by scanning."""
    created_at: Mapped[datetime]


class StaffSession(Base):
    """One signed-in browser; revocable, with an idle time-out."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Shift(Base):
    """When somebody is on duty; several a day are allowed."""

    __tablename__ = "staff_shifts"
    __table_args__ = (Index("ix_staff_shifts_starts_at", "starts_at", "ends_at"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class CalendarDay(Base):
    """A day that is not what its weekday says: a public holiday, or a weekend day worked instead."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """off or worked."""
    name: Mapped[str] = mapped_column(String(32))
    """What staff read: 春节, 国庆节调休."""
