"""What a line of the health archive sets going."""

from sqlalchemy.orm import Session

from app.records import events as records
from app.risk.tagging import rethink_tags


def rethink_on_diagnosis(session: Session, event: records.DiagnosisChanged) -> None:
    """The tags that rest on a diagnosis come and go with it."""
    rethink_tags(session, event.patient_id, event.at)
