"""One question, two people: what each of them said is kept, and who comes later is told of the other.

docs/clinical-decisions.md#two-answers
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid
from app.core.wording import spoken
from app.questionnaires import drafts
from app.questionnaires.rules.answers import check
from app.questionnaires.rules.chat import say
from app.questionnaires.rules.items import Definition
from app.questionnaires.tables import Answer, AnswerBefore, Response
from app.staff.tables import Account

WAYS = {
    "page": "患者在微信页面上",
    "chat": "患者在微信聊天里",
    "api": "患者在小程序里",
    "staff": "同事在电话里",
}


@dataclass(frozen=True)
class Writer:
    """Who fills in, and since when the page shows what it shows: None leaves nothing to compare."""

    by: str
    seen_at: datetime | None = None


def newer_than_seen(
    session: Session, response: Response, definition: Definition, link_id: str, writer: Writer
) -> Answer | None:
    """Somebody else's answer that the writer's page has not shown yet."""
    if writer.seen_at is None:
        return None
    standing = session.get(Answer, (response.id, link_id))
    if standing is None or standing.answered_at <= writer.seen_at or author(standing, response) == writer.by:
        return None
    return standing


def differs(definition: Definition, standing: Answer, raw: object, answers: Mapping[str, object]) -> bool:
    """Whether `raw` would change it; what does not fit at all is another matter."""
    try:
        return check(definition, standing.link_id, raw, answers) != standing.value
    except Invalid:
        return False


def words_of(session: Session, definition: Definition, answer: Answer | AnswerBefore, now: datetime) -> str:
    """患者在微信聊天里 10:05 答的是“150/95”."""
    who = WAYS[answer.via]
    if answer.via == "staff" and answer.answered_by:
        account = session.get(Account, answer.answered_by.partition(":")[2])
        who = f"{account.name}在电话里" if account else who
    at = spoken(clock.local(answer.answered_at), clock.local(now))
    return f"{who}（{at}）记的是“{say(definition, answer.link_id, answer.value)}”"


def author(answer: Answer, response: Response) -> str:
    """patient:<id> or staff:<id>; an old answer without one is the patient's, or staff's by its way."""
    return answer.answered_by or ("staff" if answer.via == "staff" else f"patient:{response.patient_id}")


def keep_unsent(
    session: Session,
    response: Response,
    definition: Definition,
    raws: Mapping[str, object],
    by: str,
    now: datetime,
) -> int:
    """Keep beside a form that somebody else has sent what this writer had; how many answers differ."""
    answers = drafts.answers_of(session, response.id)
    kept = 0
    for link_id, raw in raws.items():
        try:
            value = check(definition, link_id, raw, answers)
        except Invalid:
            continue  # It would not have been an answer.
        if value == answers.get(link_id, value):
            continue
        if not _is_kept(session, response, link_id, value, by):
            session.add(
                AnswerBefore(
                    response_id=response.id,
                    link_id=link_id,
                    value=value,
                    via="staff",
                    answered_by=by,
                    answered_at=now,
                )
            )
        kept += 1
    return kept


def others_of(session: Session, response: Response) -> list[AnswerBefore]:
    """What others said to questions of this form, oldest first."""
    return list(
        session.scalars(
            select(AnswerBefore)
            .where(AnswerBefore.response_id == response.id)
            .order_by(AnswerBefore.answered_at, AnswerBefore.id)
        )
    )


def _is_kept(session: Session, response: Response, link_id: str, value: object, by: str) -> bool:
    return any(
        (each.link_id, each.value, each.answered_by) == (link_id, value, by)
        for each in others_of(session, response)
    )
