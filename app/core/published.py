"""Documents published by code and version: a published version never changes, a change is a new version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Id
from app.core.ids import new_id


class Published:
    """The columns of a table of such documents; (code, version) is unique there."""

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(128))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    """draft, published, retired."""
    created_at: Mapped[datetime]


Row = TypeVar("Row", bound=Published)


def version_of(session: Session, kind: type[Row], code: str, version: int) -> Row | None:
    """This version, when it has been published."""
    return session.scalars(select(kind).where(kind.code == code, kind.version == version)).one_or_none()


def newest_of(session: Session, kind: type[Row], code: str) -> Row | None:
    """The newest published version."""
    published = select(kind).where(kind.code == code, kind.status == "published")
    return session.scalars(published.order_by(kind.version.desc()).limit(1)).one_or_none()


def publish(
    session: Session,
    kind: type[Row],
    *,
    code: str,
    version: int,
    title: str,
    document: Mapping[str, Any],
    content_hash: str,
    now: datetime,
) -> Row:
    """A new version's row."""
    row = kind()
    row.id, row.code, row.version, row.title = new_id(), code, version, title
    row.document, row.content_hash, row.status, row.created_at = (
        dict(document),
        content_hash,
        "published",
        now,
    )
    session.add(row)
    session.flush()
    return row
