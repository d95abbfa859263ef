"""Submit a response: judged whole, scored, its readings recorded, announced; once, however often tapped."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.ids import token_hash
from app.patients.consents import ensure_collecting
from app.questionnaires import drafts
from app.questionnaires.catalog import definition_of
from app.questionnaires.events import ResponseSubmitted
from app.questionnaires.red_flags import raise_flags
from app.questionnaires.rules.answers import check_all
from app.questionnaires.rules.items import Definition
from app.questionnaires.rules.measured import measured
from app.questionnaires.rules.scoring import score
from app.questionnaires.tables import Answer, AnswerTold, Response
from app.records import readings

SOURCES = {"page": "questionnaire", "chat": "chat", "api": "api", "staff": "staff"}


def submit(
    session: Session,
    patient_id: str,
    response_id: str,
    request_id: str,
    via: str,
    now: datetime,
    *,
    entered_by: str | None = None,
) -> Response:
    """Close the draft; the same request again gives the same response.

    Hidden answers are left out of what is kept. `entered_by` is patient:<id> when left out.
    Raises Invalid (incomplete; `problems` names every item), NotFound, Conflict (already_submitted),
    Gone (draft_expired), Heeded (health_data_withdrawn).
    """
    entered_by = entered_by or f"patient:{patient_id}"
    key = token_hash(f"{response_id}:{request_id}")
    response = drafts.find(session, patient_id, response_id, lock=True)
    if response.state == "submitted":
        if response.submit_request_id == key:
            return response
        raise Conflict("这份问卷已经提交过了，谢谢您。", code="already_submitted")
    if entered_by == f"patient:{patient_id}":
        ensure_collecting(session, patient_id)
    drafts.ensure_alive(response, now)
    definition = definition_of(session, response.questionnaire_id)
    values = _whole(definition, drafts.visible_answers_of(session, definition, response.id))
    _close(session, response, definition, values, key, now)
    _record_readings(session, response, definition, values, via, entered_by, now)
    raise_flags(session, response, definition, values, values, via, now)
    publish(session, _submitted(session, response, values, via, now))
    return response


def _whole(definition: Definition, answers: Mapping[str, object]) -> Mapping[str, object]:
    checked = check_all(definition, answers)
    if checked.problems:
        first = checked.problems[0]
        raise Invalid(
            f"还有 {len(checked.problems)} 题需要填写或核对。",
            code="incomplete",
            field=first.field,
            problems=[
                {"field": wrong.field, "code": wrong.code, "message": wrong.message}
                for wrong in checked.problems
            ],
        )
    return checked.values


def _close(
    session: Session,
    response: Response,
    definition: Definition,
    values: Mapping[str, object],
    key: str,
    now: datetime,
) -> None:
    session.execute(
        delete(Answer).where(Answer.response_id == response.id, Answer.link_id.not_in(list(values)))
    )
    session.execute(delete(AnswerTold).where(AnswerTold.response_id == response.id))
    scores = score(definition, values)
    if scores:
        response.score = scores[0].value
        response.band = scores[0].band.code if scores[0].band else None
    response.state, response.submitted_at, response.submit_request_id = "submitted", now, key
    response.chat_at = None


def _record_readings(
    session: Session,
    response: Response,
    definition: Definition,
    values: Mapping[str, object],
    via: str,
    entered_by: str,
    now: datetime,
) -> None:
    """Each reading at the moment its question was answered: a draft may be days older than its submit."""
    rows = session.execute(
        select(Answer.link_id, Answer.answered_at).where(Answer.response_id == response.id)
    )
    answered_at = {link_id: at for link_id, at in rows}
    for link_id, found in measured(definition, values).items():
        readings.record(
            session,
            response.patient_id,
            found,
            answered_at[link_id],
            SOURCES[via],
            response.id,
            entered_by,
            f"{response.id}:{link_id}",
            now,
        )


def _submitted(
    session: Session, response: Response, values: Mapping[str, object], via: str, now: datetime
) -> ResponseSubmitted:
    return ResponseSubmitted(
        patient_id=response.patient_id,
        response_id=response.id,
        questionnaire_code=drafts.code_of(session, response),
        task_id=response.task_id,
        answers=values,
        score=response.score,
        band=response.band,
        via=via,
        at=now,
    )
