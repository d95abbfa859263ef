"""Messages owed and sent, their attempts and deliveries, templates, grants and windows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.masks import Sealed


class Message(Base):
    """One thing owed to one person, written in the transaction that owes it."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_urgent_state_due_at", "urgent", "state", "due_at"),
        Index("ix_messages_state_lease_until", "state", "lease_until"),
        Index("ix_messages_state_id", "state", "id"),
        Index("ix_messages_patient_id_created_at", "patient_id", "created_at"),
        Index("ix_messages_origin_kind_origin_id", "origin_kind", "origin_id"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    """Also WeChat's client_msg_id."""
    dedupe_key: Mapped[str] = mapped_column(String(128), unique=True)
    """<purpose>:<what it is about>; unique, so nothing is promised twice."""
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    identity_id: Mapped[str | None] = mapped_column(ForeignKey("wechat_identities.id"))
    """To whom it goes when there is no patient yet (welcome); else found at sending."""
    purpose: Mapped[str] = mapped_column(String(32))
    """A key of messaging.purposes.PURPOSES."""
    urgent: Mapped[bool] = mapped_column(default=False)
    by_person: Mapped[bool] = mapped_column(default=False)
    """True for what a nurse wrote herself; automation leaves her the window."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{field name: text} for the template; no private data beyond what the card shows."""
    text: Mapped[str | None] = mapped_column(Sealed("messages.text", long=True))
    link: Mapped[str | None] = mapped_column(String(255))
    """A path of the patient pages, such as /h5/tasks/<id>."""
    origin_kind: Mapped[str | None] = mapped_column(String(16))
    """task, dose, booking, line, alert, card, broadcast."""
    origin_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    """queued, sending, accepted, delivered, refused, failed, expired, unknown, cancelled, merged."""
    lane: Mapped[str | None] = mapped_column(String(16))
    """mp_subscribe, oa_template, oa_custom: the way it went."""
    due_at: Mapped[datetime]
    """When it is to go, or to be tried again."""
    expires_at: Mapped[datetime]
    """After this it is too late to be of use and becomes `expired`."""
    lease_until: Mapped[datetime | None]
    first_called_at: Mapped[datetime | None]
    """When WeChat was first asked; client_msg_id protects the ten minutes after."""
    attempts: Mapped[int] = mapped_column(default=0)
    app_id: Mapped[str | None] = mapped_column(String(32))
    wechat_msgid: Mapped[str | None] = mapped_column(String(32), index=True)
    errcode: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(255))
    """Why it stands where it stands, in words a nurse understands."""
    unwanted: Mapped[str | None] = mapped_column(String(255))
    """Why it was taken back while a worker had it: failed, it is neither tried again nor told of."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Attempt(Base):
    """One call to WeChat for one message."""

    __tablename__ = "message_attempts"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    lane: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))
    errcode: Mapped[int | None]
    rid: Mapped[str | None] = mapped_column(String(64))


class DeliveryReport(Base):
    """A finish event, kept by msgid: it may arrive before we have stored that we sent."""

    __tablename__ = "delivery_reports"
    __table_args__ = (
        UniqueConstraint("app_id", "wechat_msgid"),
        Index("ix_delivery_reports_at", "at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    app_id: Mapped[str] = mapped_column(String(32))
    wechat_msgid: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Template(Base):
    """A WeChat template of this hospital's account and which of our fields fill it."""

    __tablename__ = "message_templates"
    __table_args__ = (UniqueConstraint("lane", "purpose"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    lane: Mapped[str] = mapped_column(String(16))
    """oa_template or mp_subscribe."""
    purpose: Mapped[str] = mapped_column(String(32))
    wechat_template_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text, default="")
    """As WeChat shows it: 随访项目：{{thing1.DATA}}, a line a key."""
    keys: Mapped[dict[str, str]] = mapped_column(JSON)
    """{WeChat key such as thing1: our field name}."""
    long_term: Mapped[bool] = mapped_column(default=False)
    """mp_subscribe only: accepted once, sent often."""
    active: Mapped[bool] = mapped_column(default=True)


class Grant(Base):
    """What a person allowed: subscription credits of one template, counted from WeChat's events."""

    __tablename__ = "subscription_grants"
    __table_args__ = (UniqueConstraint("identity_id", "wechat_template_id"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    identity_id: Mapped[str] = mapped_column(ForeignKey("wechat_identities.id"))
    wechat_template_id: Mapped[str] = mapped_column(String(64))
    credits: Mapped[int] = mapped_column(default=0)
    long_term: Mapped[bool] = mapped_column(default=False)
    refused_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ReplyWindow(Base):
    """WeChat's customer-service window of one identity: opened by the person's act, spent by our sends."""

    __tablename__ = "reply_windows"

    identity_id: Mapped[str] = mapped_column(ForeignKey("wechat_identities.id"), primary_key=True)
    opened_at: Mapped[datetime]
    until_at: Mapped[datetime]
    allowed: Mapped[int]
    """5 after a message, 3 after a menu click, follow or scan."""
    used: Mapped[int] = mapped_column(default=0)
