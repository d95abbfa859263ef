"""Regimens and the doses that fall due."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Regimen(Base):
    """One medicine as a patient is to take it."""

    __tablename__ = "regimens"
    __table_args__ = (
        Index("ix_regimens_stopped_at_drawn_until", "stopped_at", "drawn_until"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    drug: Mapped[str] = mapped_column(String(64))
    dose: Mapped[str] = mapped_column(String(32))
    """As written on the box: 5 mg, 1 片."""
    frequency: Mapped[str] = mapped_column(String(8))
    """qd, bid … a key of medication.rules.doses."""
    times: Mapped[list[str]] = mapped_column(JSON)
    """["08:00"], on the hospital's clock."""
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(255), default="")
    entered_by: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"))
    entered_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    stop_reason: Mapped[str | None] = mapped_column(String(128))
    drawn_until: Mapped[datetime]
    """Doses exist up to here; the reminder job draws the next days. drawing.WHOLE: to the course's end."""
    request_id: Mapped[str] = mapped_column(String(64), unique=True)


class Dose(Base):
    """One taking of one medicine, due at one moment."""

    __tablename__ = "doses"
    __table_args__ = (
        UniqueConstraint("regimen_id", "due_at"),
        Index("ix_doses_state_due_at", "state", "due_at"),
        Index("ix_doses_patient_id_due_at", "patient_id", "due_at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    regimen_id: Mapped[str] = mapped_column(ForeignKey("regimens.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    """planned, due (reminded), taken, skipped, unanswered (its day is over), cancelled."""
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(32))
    """Why skipped: forgot, side_effect, cost, ran_out, told_to_stop, other."""
    requests: Mapped[list[str]] = mapped_column(JSON)
    """Every request that answered it: one that comes again, however late, changes nothing."""
    """The tap that answered last; one tap may answer several doses."""
