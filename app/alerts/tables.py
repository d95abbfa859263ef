"""Alerts: a patient in trouble, with an owner, a time to take it by and a time to settle it by."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.masks import Sealed


class Alert(Base):
    """One reason to look after one person now."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_state_answer_by", "state", "answer_by"),
        Index("ix_alerts_state_next_escalation_at", "state", "next_escalation_at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dedupe_key: Mapped[str] = mapped_column(String(128), unique=True)
    """The matter, and for a later alert of the same matter the one before it."""
    matter: Mapped[str] = mapped_column(String(128), index=True)
    """What causes of one matter have in common: the talk, the form, the day's readings."""
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id"), index=True)
    """Empty for somebody without a card, of whom `identity_id` is all that is known."""
    identity_id: Mapped[str | None] = mapped_column(ForeignKey("wechat_identities.id"), index=True)
    """The WeChat that a person without a card wrote from; empty for a patient."""
    reason: Mapped[str] = mapped_column(String(32))
    """bp_emergency, bp_refer, danger_symptom, red_flag_words, message_failed, doses_missed …"""
    urgency: Mapped[str] = mapped_column(String(12))
    """critical, high, normal: alerts.rules.urgency says by when. Of the gravest cause."""
    title: Mapped[str] = mapped_column(String(128))
    """Every reason, the gravest first: alerts.rules.causes."""
    detail: Mapped[str] = mapped_column(Text)
    """Which value met which rule, with its source, for every cause."""
    source_kind: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(Id)
    raised_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="open")
    """open, acknowledged, resolved."""
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    owned_because: Mapped[str | None] = mapped_column(String(128))
    """Why it is the owner, in words; empty for alerts older than this column."""
    level: Mapped[int] = mapped_column(default=0)
    """How often it has been escalated."""
    next_escalation_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    settle_by: Mapped[datetime | None]
    """By when whoever has taken it must have written what came of it; empty while nobody has it."""
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    outcome: Mapped[str | None] = mapped_column(String(255))


class AlertCause(Base):
    """One thing that raised an alert, or was told after it; the patient's own words with it."""

    __tablename__ = "alert_causes"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"), index=True)
    at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(64))
    """chest_pain, bp_emergency …: what tells one reason from another."""
    urgency: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(128))
    detail: Mapped[str] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Sealed("alert_causes.said", long=True))
    """The patient's own words; empty for what no words raised."""
    source_kind: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(Id)
    systolic_mmhg: Mapped[int | None]
    diastolic_mmhg: Mapped[int | None]
    sums_up: Mapped[bool] = mapped_column(default=False)
    """It says again what parts of the same source have said before."""


class AlertStep(Base):
    """One thing that happened to an alert."""

    __tablename__ = "alert_steps"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(16))
    """raised, assigned, escalated, acknowledged, handed, noted, resolved, again."""
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    because: Mapped[str] = mapped_column(String(255))
