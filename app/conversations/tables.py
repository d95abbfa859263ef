"""What patients and nurses write to each other."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.masks import Sealed


class Conversation(Base):
    """One WeChat identity's talk with the hospital; whose it is and how long somebody waits."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_state_waiting_since", "state", "waiting_since"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    identity_id: Mapped[str] = mapped_column(ForeignKey("wechat_identities.id"), unique=True)
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="open")
    """open, resolved."""
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    assigned_because: Mapped[str | None] = mapped_column(String(128))
    waiting_since: Mapped[datetime | None]
    """When the oldest unanswered line of the patient arrived; empty when nobody waits."""
    red_flag: Mapped[str | None] = mapped_column(String(32))
    """The gravest danger the patient wrote of, until its alert is resolved; an answer does not end it."""
    danger_since: Mapped[datetime | None]
    """When the first unanswered line that speaks of danger arrived."""
    last_line_at: Mapped[datetime]
    patient_read_at: Mapped[datetime | None]
    """When the patient last opened the page of this conversation; chats tell us nothing of the kind."""


class Line(Base):
    """One line of a conversation."""

    __tablename__ = "conversation_lines"
    __table_args__ = (
        Index("ix_conversation_lines_conversation_id_at", "conversation_id", "at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    author_kind: Mapped[str] = mapped_column(String(8))
    """patient, staff, system, note (seen by staff only)."""
    author_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(16))
    """text, image, voice, location, other."""
    body: Mapped[str] = mapped_column(Sealed("conversation_lines.body", long=True))
    media_id: Mapped[str | None] = mapped_column(String(128))
    media_path: Mapped[str | None] = mapped_column(String(255))
    wechat_msg_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The callback's dedupe key, or one made of the page's request id; unique, so a repeat is kept once."""
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    """The outbox row of a staff line: its state is the line's state."""
    request_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Made of the conversation and the page's request id: a second click finds the first one's line."""
    at: Mapped[datetime]
