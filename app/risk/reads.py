"""Which patients carry a tag. Reads only."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.tables import PatientTag


def patients_with_tag(session: Session, tag: str) -> Sequence[str]:
    """Ids of everybody who carries the tag today."""
    return session.scalars(
        select(PatientTag.patient_id)
        .where(PatientTag.tag == tag, PatientTag.until_at.is_(None))
        .order_by(PatientTag.patient_id)
    ).all()
