"""Readings and history: what is known of a patient's body."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Reading(Base):
    """One value of one indicator at one moment, in the indicator's canonical unit."""

    __tablename__ = "readings"
    __table_args__ = (
        Index("ix_readings_patient_id_indicator_measured_at", "patient_id", "indicator", "measured_at"),
        Index("ix_readings_patient_id_measured_at", "patient_id", "measured_at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    indicator: Mapped[str] = mapped_column(String(32))
    """A code of the indicator dictionary: SBP, DBP, HR, WEIGHT, GLU …"""
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(16))
    measured_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(16))
    """questionnaire, chat (both of a form), told (in the chat, by no form), page, api, staff."""
    source_id: Mapped[str | None] = mapped_column(Id)
    entered_by: Mapped[str] = mapped_column(String(48))
    """patient:<id> or staff:<id>."""
    request_id: Mapped[str | None] = mapped_column(String(96), unique=True)
    """The client's id of the write, with the indicator behind it; unique, so a double tap is kept once."""
    superseded_by: Mapped[str | None] = mapped_column(Id)
    """A correction is a new row; the old one stays and points to it."""


class RefusedTelling(Base):
    """A danger told in what was refused, and heard: the same sent again is heard once."""

    __tablename__ = "refused_tellings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of whose it is, the request and what it says."""
    at: Mapped[datetime]


class HistoryEntry(Base):
    """One line of the health archive: an allergy, a diagnosis, family or social history."""

    __tablename__ = "history_entries"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """allergy, diagnosis, family, social, surgery."""
    text: Mapped[str] = mapped_column(Text)
    icd10: Mapped[str | None] = mapped_column(String(16))
    entered_by: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
