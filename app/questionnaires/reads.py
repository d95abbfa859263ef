"""What screens show of forms and responses. Reads only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.questionnaires.catalog import definition_of
from app.questionnaires.drafts import visible_answers_of
from app.questionnaires.rules.chat import say
from app.questionnaires.rules.flags import fired
from app.questionnaires.tables import Answer, Questionnaire, Response


@dataclass(frozen=True)
class Told:
    """One question and what was answered, in words."""

    link_id: str
    question: str
    answer: str
    at: datetime
    via: str


@dataclass(frozen=True)
class Submitted:
    """One submitted form on a timeline."""

    response_id: str
    title: str
    task_id: str | None
    submitted_at: datetime
    score: float | None
    band: str | None


def submitted_of(session: Session, patient_id: str, *, most: int = 20) -> list[Submitted]:
    """The patient's submitted forms, latest first."""
    rows = session.execute(
        select(
            Response.id,
            Questionnaire.title,
            Response.task_id,
            Response.submitted_at,
            Response.score,
            Response.band,
        )
        .join(Questionnaire, Questionnaire.id == Response.questionnaire_id)
        .where(Response.patient_id == patient_id, Response.state == "submitted")
        .order_by(Response.submitted_at.desc(), Response.id.desc())
        .limit(most)
    )
    return [
        Submitted(row_id, title, task_id, at, score, band)
        for row_id, title, task_id, at, score, band in rows
        if at is not None
    ]


def response(session: Session, response_id: str) -> Response:
    """Anybody's response, for staff. Raises NotFound."""
    found = session.get(Response, response_id)
    if found is None:
        raise NotFound("没有找到这份问卷。")
    return found


def submitted_for(session: Session, patient_id: str, task_ids: Collection[str]) -> Response | None:
    """What the patient's form of one of these tasks became, once it was submitted."""
    return session.scalars(
        select(Response)
        .where(
            Response.patient_id == patient_id,
            Response.state == "submitted",
            Response.occasion.in_([f"task:{task_id}" for task_id in task_ids]),
        )
        .order_by(Response.submitted_at.desc())
        .limit(1)
    ).one_or_none()


def told_in(session: Session, response: Response) -> list[Told]:
    """Every visible answer of one response, in the order of the form, in words."""
    definition = definition_of(session, response.questionnaire_id)
    rows = {
        row.link_id: row for row in session.scalars(select(Answer).where(Answer.response_id == response.id))
    }
    return [
        Told(
            link_id,
            definition.by_link_id[link_id].text,
            say(definition, link_id, value),
            rows[link_id].answered_at,
            rows[link_id].via,
        )
        for link_id, value in visible_answers_of(session, definition, response.id).items()
    ]


def values_of(session: Session, response: Response) -> Mapping[str, object]:
    """{linkId: stored value} of one response's visible answers."""
    return visible_answers_of(session, definition_of(session, response.questionnaire_id), response.id)


def in_danger(session: Session, response_id: str) -> bool:
    """Whether a critical sign holds over the answers as they stand."""
    asked = response(session, response_id)
    definition = definition_of(session, asked.questionnaire_id)
    return any(flag.urgency == "critical" for flag in fired(definition, values_of(session, asked)))
