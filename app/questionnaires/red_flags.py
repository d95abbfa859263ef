"""Red flags: announced at the answer that brings them, once for a response."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.events import publish
from app.questionnaires.events import FlagRaised
from app.questionnaires.rules.branching import visible_answers
from app.questionnaires.rules.chat import say
from app.questionnaires.rules.flags import fired
from app.questionnaires.rules.items import Definition
from app.questionnaires.tables import RaisedFlag, Response


def raise_flags(
    session: Session,
    response: Response,
    definition: Definition,
    answers: Mapping[str, object],
    via: str,
    now: datetime,
) -> None:
    """Announce every flag that holds and was not announced for this response before."""
    known = set(session.scalars(select(RaisedFlag.code).where(RaisedFlag.response_id == response.id)))
    counting = visible_answers(definition, answers)
    for flag in fired(definition, answers):
        if flag.code in known:
            continue
        session.add(RaisedFlag(response_id=response.id, code=flag.code, at=now))
        publish(
            session,
            FlagRaised(
                patient_id=response.patient_id,
                response_id=response.id,
                task_id=response.task_id,
                code=flag.code,
                urgency=flag.urgency,
                title=flag.reason,
                told="；".join(say(definition, link_id, value) for link_id, value in counting.items()),
                advice_key=flag.advice_key,
                via=via,
                at=now,
            ),
        )
