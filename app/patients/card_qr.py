"""The QR codes of new cards: asked of WeChat one by one, kept as text, drawn by us."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.patients.tables import Card


def waiting(session: Session, limit: int) -> Sequence[str]:
    """Scenes of cards that have no QR yet, the oldest first."""
    return session.scalars(
        select(Card.scene)
        .where(Card.qr_url.is_(None), Card.status == "issued")
        .order_by(Card.id)
        .limit(limit)
    ).all()


def keep(session: Session, drawn: dict[str, str]) -> None:
    """Keep {scene: what the QR holds}; a card that has one keeps its own: it may be printed already."""
    for scene, qr_url in drawn.items():
        session.execute(update(Card).where(Card.scene == scene, Card.qr_url.is_(None)).values(qr_url=qr_url))
