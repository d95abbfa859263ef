"""A patient's submitted forms on the timeline."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.happened import Happened, Place, older
from app.questionnaires.tables import Questionnaire, Response


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Forms as they were submitted."""
    rows = session.execute(
        select(Response.submitted_at, Response.id, Questionnaire.title, Response.band)
        .join(Questionnaire, Questionnaire.id == Response.questionnaire_id)
        .where(
            Response.patient_id == patient_id,
            Response.state == "submitted",
            older(Response.submitted_at, Response.id, behind),
        )
        .order_by(Response.submitted_at.desc(), Response.id.desc())
        .limit(most)
    )
    return [
        Happened(at, response_id, "form", f"填写了《{title}》", band or "", response_id)
        for at, response_id, title, band in rows
        if at is not None
    ]
