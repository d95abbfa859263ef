"""Forms and responses, with only what a test is about spelled out."""

from typing import Any

from sqlalchemy.orm import Session

from app.questionnaires import drafts
from app.questionnaires.catalog import publish_document
from app.questionnaires.tables import AdviceText, Questionnaire, Response
from tests.conftest import NOW
from tests.factories.followup import make_task
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM


def make_form(session: Session, document: dict[str, Any] = BLOOD_PRESSURE_FORM) -> Questionnaire:
    """A published form (default: blood pressure, symptoms, medication) and the advice its flags name."""
    for flag in document.get("flags", []):
        make_advice(session, flag["adviceKey"])
    return publish_document(session, document, NOW)


def make_advice(session: Session, key: str, *, text: str = "请马上坐下休息，并拨打 120。") -> AdviceText:
    """One approved sentence."""
    return session.merge(
        AdviceText(
            key=key,
            title="请马上休息",
            text=text,
            call_120=True,
            source="docs/sources.md#nbphs-hypertension",
            needs_review=True,
            updated_at=NOW,
        )
    )


def make_draft(
    session: Session, patient_id: str, *, code: str = "form", task_id: str | None = None
) -> Response:
    """A draft for an open task, made for it when none is given."""
    task_id = task_id or make_task(session, patient_id, form_code=code).id
    return drafts.open_for_task(session, patient_id, task_id, code, NOW)
