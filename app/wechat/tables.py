"""The callback inbox: what WeChat pushed, kept raw before anything is done with it."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.masks import Sealed


class Callback(Base):
    """One push of WeChat. Stored first, answered `success`, worked off by a worker in order."""

    __tablename__ = "wechat_callbacks"
    __table_args__ = (Index("ix_wechat_callbacks_state_id", "state", "id"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    app_id: Mapped[str] = mapped_column(String(32))
    dedupe_key: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of app, sender and MsgId, or CreateTime, event and key: WeChat repeats itself."""
    kind: Mapped[str] = mapped_column(String(48))
    """text, image, event.subscribe …, in lower case."""
    body: Mapped[str] = mapped_column(Sealed("wechat_callbacks.body", long=True))
    """The decrypted message; patients write private things."""
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="new")
    """new, done, failed (after its last try, or unreadable), unknown (a kind we do not act on)."""
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(String(255))
    worked_at: Mapped[datetime | None]
