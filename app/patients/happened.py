"""A patient's service cards on the timeline: where the story begins."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.happened import Happened, Place, older
from app.patients.tables import Card, CardType


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Cards as they were activated."""
    rows = session.execute(
        select(Card.activated_at, Card.id, Card.serial, Card.expires_on, CardType.name)
        .join(CardType, CardType.id == Card.card_type_id)
        .where(
            Card.patient_id == patient_id,
            older(Card.activated_at, Card.id, behind),
        )
        .order_by(Card.activated_at.desc(), Card.id.desc())
        .limit(most)
    )
    return [
        Happened(at, card_id, "card", f"激活服务卡：{name}", f"编号 {serial}{_until(expires_on)}")
        for at, card_id, serial, expires_on, name in rows
        if at is not None
    ]


def _until(expires_on: object) -> str:
    return f"，有效到 {expires_on}" if expires_on else ""
