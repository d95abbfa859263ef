"""Patients, their WeChat identities, service cards, consents and sessions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.masks import Sealed


class Patient(Base):
    """One person the hospital stays with."""

    __tablename__ = "patients"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), index=True)
    pinyin: Mapped[str] = mapped_column(String(255), index=True, default="")
    initials: Mapped[str] = mapped_column(String(64), index=True, default="")
    sex: Mapped[str] = mapped_column(String(8))
    """female or male, read from the ID number."""
    birth_on: Mapped[date]
    id_number: Mapped[str | None] = mapped_column(Sealed("patients.id_number"))
    id_blind: Mapped[str | None] = mapped_column(String(64), unique=True)
    id_tail_blind: Mapped[str | None] = mapped_column(String(64), index=True)
    """Blind index of the last four characters, for search at the desk."""
    phone: Mapped[str | None] = mapped_column(Sealed("patients.phone"))
    phone_blind: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_tail_blind: Mapped[str | None] = mapped_column(String(64), index=True)
    """Of the last four digits, which the mask shows."""
    phone_verified: Mapped[bool] = mapped_column(default=False)
    """True when WeChat gave the number, not the keyboard."""
    address: Mapped[str | None] = mapped_column(Sealed("patients.address"))
    status: Mapped[str] = mapped_column(String(16), default="active")
    """active, paused, in_hospital, moved, lost, deceased; only active ones are contacted by automation."""
    large_type: Mapped[bool] = mapped_column(default=False)
    doctor_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    nurse_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    archive_completed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WechatIdentity(Base):
    """One openid of one account; joined to the other account's by unionid, and to a person once known."""

    __tablename__ = "wechat_identities"
    __table_args__ = (UniqueConstraint("app_id", "openid"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    app_id: Mapped[str] = mapped_column(String(32))
    app_kind: Mapped[str] = mapped_column(String(8))
    """oa or mp."""
    openid: Mapped[str] = mapped_column(String(64))
    unionid: Mapped[str | None] = mapped_column(String(64), index=True)
    """Never overwritten with nothing: a later answer without unionid knows less, not more."""
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id"), index=True)
    following: Mapped[bool] = mapped_column(default=False)
    followed_at: Mapped[datetime | None]
    unfollowed_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    pending_card_id: Mapped[str | None] = mapped_column(ForeignKey("cards.id"))
    """The card whose QR this person scanned and has not activated yet."""
    created_at: Mapped[datetime]


class CardType(Base):
    """A service package that a card opens: a pathway for some months."""

    __tablename__ = "card_types"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    pathway_code: Mapped[str] = mapped_column(String(64))
    months: Mapped[int]
    description: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)


class CardBatch(Base):
    """Cards issued together and printed as one sheet."""

    __tablename__ = "card_batches"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    card_type_id: Mapped[str] = mapped_column(ForeignKey("card_types.id"))
    count: Mapped[int]
    note: Mapped[str] = mapped_column(String(128), default="")
    created_by: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"))
    created_at: Mapped[datetime]
    request_id: Mapped[str] = mapped_column(String(64), unique=True)


class Card(Base):
    """One service card: a QR to scan, a one-time code to type."""

    __tablename__ = "cards"
    __table_args__ = (Index("ix_cards_status_qr_url", "status", "qr_url"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("card_batches.id"), index=True)
    card_type_id: Mapped[str] = mapped_column(ForeignKey("card_types.id"))
    serial: Mapped[str] = mapped_column(String(32), unique=True)
    """Printed and read aloud; opens nothing."""
    code: Mapped[str] = mapped_column(Sealed("cards.code"))
    code_blind: Mapped[str] = mapped_column(String(64), unique=True)
    scene: Mapped[str] = mapped_column(String(64), unique=True)
    """scene_str of the service account's QR: card.<random>, at most 64 characters."""
    qr_url: Mapped[str | None] = mapped_column(String(255))
    """What the QR holds; WeChat gives it, we draw it. Empty until jobs.patients has asked."""
    status: Mapped[str] = mapped_column(String(16), default="issued")
    """issued, activated, frozen."""
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id"), index=True)
    activated_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]


class Consent(Base):
    """One purpose, one text version, given and perhaps withdrawn; never deleted."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_patient_id_purpose", "patient_id", "purpose"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    purpose: Mapped[str] = mapped_column(String(32))
    """health_data, reminders, health_education."""
    text_version: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class PatientSession(Base):
    """A bearer token or a cookie of one WeChat identity; only its hash is kept."""

    __tablename__ = "patient_sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    identity_id: Mapped[str] = mapped_column(ForeignKey("wechat_identities.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    """api (mini-program token) or page (cookie of the patient pages)."""
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
