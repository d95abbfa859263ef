"""Health articles, version by version, and their broadcasts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id


class Article(Base):
    """A health tip: its newest version, and which version patients read."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(64))
    """The newest version's, for lists."""
    version: Mapped[int] = mapped_column(default=1)
    """The newest one written; each edit raises it."""
    published_version: Mapped[int | None]
    """What patients read: a version that a second person let go. Later edits wait for the same."""
    state: Mapped[str] = mapped_column(String(12), default="draft")
    """draft, published (readable by patients), withdrawn."""
    author_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ArticleVersion(Base):
    """One version as it was written; never changed, so that what was tested and approved is what goes out."""

    __tablename__ = "article_versions"

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    """Plain paragraphs; shown escaped."""
    source: Mapped[str] = mapped_column(String(255))
    """Where the advice comes from; the reader sees it."""
    author_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"))
    written_at: Mapped[datetime]


class Broadcast(Base):
    """One article on its way to everybody with one tag; a second person approves."""

    __tablename__ = "broadcasts"
    __table_args__ = (Index("ix_broadcasts_state_send_at", "state", "send_at"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"))
    article_version: Mapped[int]
    """What it sends: the newest one at drafting, then the one tested, fixed by the approval."""
    tag: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(12), default="draft")
    """draft, approved, sending, sent (WeChat took it), finished (its event came), failed, cancelled,
    unknown (WeChat was asked and nobody can say any more whether it went out)."""
    created_by: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id"))
    created_at: Mapped[datetime]
    tested_version: Mapped[int | None]
    tested_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"))
    approved_at: Mapped[datetime | None]
    send_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """When WeChat was first asked to send; its clientmsgid protects for a day from then on."""
    sent_at: Mapped[datetime | None]
    wechat_tag_id: Mapped[int | None]
    wechat_media_id: Mapped[str | None] = mapped_column(String(128))
    """WeChat's draft of the tested version."""
    wechat_msg_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """reached, excluded by reason at approval; left_out by reason while tagging; total, filtered, sent,
    failed from the finish event."""
    reason: Mapped[str | None] = mapped_column(String(255))
    finished_at: Mapped[datetime | None]
    request_id: Mapped[str] = mapped_column(String(64), unique=True)


class Recipient(Base):
    """One follower of one broadcast: chosen at approval, so that a restart sends to the same people."""

    __tablename__ = "broadcast_recipients"

    broadcast_id: Mapped[str] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    identity_id: Mapped[str] = mapped_column(ForeignKey("wechat_identities.id"), primary_key=True, index=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    tagged_at: Mapped[datetime | None]
    left_out: Mapped[str | None] = mapped_column(String(16))
    """Why this follower is passed over after all: a reason of rules.audience.REASONS."""


class MassReport(Base):
    """WeChat's finish event of a mass message, kept by its id: it may come before our record of the send."""

    __tablename__ = "mass_reports"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    wechat_msg_id: Mapped[str] = mapped_column(String(32), unique=True)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{status, total, filtered, sent, failed}."""
    at: Mapped[datetime]
