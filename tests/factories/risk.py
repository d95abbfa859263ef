"""Tags on patients."""

from sqlalchemy.orm import Session

from app.risk.tables import PatientTag
from tests.conftest import NOW


def make_tag(session: Session, patient_id: str, *, tag: str = "高血压", **more: object) -> PatientTag:
    """A standing tag that a rule set."""
    row = PatientTag(
        **{
            "patient_id": patient_id,
            "tag": tag,
            "source": "rule",
            "rule": "test",
            "evidence": "测试",
            "since_at": NOW,
            "until_at": None,
            **more,
        }
    )
    session.add(row)
    session.flush()
    return row
