"""Who read what, and who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Access(Base):
    """One person read one patient's page, once."""

    __tablename__ = "audit_accesses"
    __table_args__ = (
        Index("ix_audit_accesses_patient_id_at", "patient_id", "at"),
        # The trail's own page: everybody's, or one person's, the latest first.
        Index("ix_audit_accesses_at_id", "at", "id"),
        Index("ix_audit_accesses_actor_id_at_id", "actor_id", "at", "id"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    """staff, patient or system."""
    actor_id: Mapped[str] = mapped_column(Id)
    patient_id: Mapped[str] = mapped_column(Id)
    what: Mapped[str] = mapped_column(String(64))
    """The page or field: patient_page, phone_revealed, archive."""
    request_id: Mapped[str | None] = mapped_column(String(64))


class Change(Base):
    """One change of one row, without the private values themselves."""

    __tablename__ = "audit_changes"
    __table_args__ = (
        Index("ix_audit_changes_patient_id_at", "patient_id", "at"),
        # The trail's own page: everybody's, or one person's, the latest first.
        Index("ix_audit_changes_at_id", "at", "id"),
        Index("ix_audit_changes_actor_id_at_id", "actor_id", "at", "id"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(Id)
    patient_id: Mapped[str | None] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(String(64))
    """The kind of row: card, plan, regimen …"""
    subject_id: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_id: Mapped[str | None] = mapped_column(String(64))
