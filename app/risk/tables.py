"""Findings told to this room, and the tags that rules or people drew from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Finding(Base):
    """A fact another room told: a control class, a band, a value out of range."""

    __tablename__ = "findings"
    __table_args__ = (Index("ix_findings_patient_id_noted_at", "patient_id", "noted_at"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    code: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    noted_at: Mapped[datetime]
    source_id: Mapped[str | None] = mapped_column(Id)


class PatientTag(Base):
    """A tag on a patient, with the rule and the evidence behind it, from then until then."""

    __tablename__ = "patient_tags"
    __table_args__ = (Index("ix_patient_tags_tag_until_at", "tag", "until_at"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    tag: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(8))
    """rule or staff; what a person set, a rule never removes."""
    rule: Mapped[str | None] = mapped_column(String(64))
    evidence: Mapped[str] = mapped_column(String(255))
    since_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
