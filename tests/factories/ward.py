"""One patient, one nurse, one WeChat chat: the smallest ward a test can be about."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.patients.tables import Patient, WechatIdentity
from app.staff.tables import Account
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account


@dataclass(frozen=True)
class Ward:
    """王桂芳 follows the service account; 李敏 is her nurse."""

    patient: Patient
    chat: WechatIdentity
    nurse: Account


def make_ward(session: Session) -> Ward:
    """A following patient and her nurse."""
    nurse = make_account(session, name="李敏")
    patient = make_patient(session, name="王桂芳", nurse_id=nurse.id, phone="13800001001")
    return Ward(patient, make_identity(session, patient.id), nurse)
