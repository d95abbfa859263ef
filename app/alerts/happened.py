"""A patient's alerts on the timeline."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.core.happened import Happened, Place, older


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Alerts as they were raised, with what came of them."""
    rows = session.scalars(
        select(Alert)
        .where(Alert.patient_id == patient_id, older(Alert.raised_at, Alert.id, behind))
        .order_by(Alert.raised_at.desc(), Alert.id.desc())
        .limit(most)
    )
    return [
        Happened(row.raised_at, row.id, "alert", row.title, row.outcome or "", row.id, row.state)
        for row in rows
    ]
