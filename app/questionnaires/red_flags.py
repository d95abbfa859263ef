"""Red flags: announced at the answer that brings them, and at every answer that changes what they rest on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.events import publish
from app.questionnaires.events import FlagRaised, WordsAnswered
from app.questionnaires.rules.branching import visible_answers
from app.questionnaires.rules.chat import say
from app.questionnaires.rules.flags import Flag, fired, told_now
from app.questionnaires.rules.items import FREE_TYPES, Definition, Item
from app.questionnaires.tables import RaisedFlag, Response

NOT_TAKEN = "（问卷没有收下这次的回答）"
"""Staff who look for it in the form would not find it."""


def raise_flags(
    session: Session,
    response: Response,
    definition: Definition,
    before: Mapping[str, object],
    answers: Mapping[str, object],
    via: str,
    now: datetime,
    *,
    anew: str | None = None,
    kept: bool = True,
) -> tuple[Flag, ...]:
    """Announce every flag that holds and was never announced, or rests on something that `before` lacked.

    Returns these flags. `anew` is a question the patient has just answered again, even if with the same;
    What the form refused is not `kept`: staff, who would not find it there, are told so.
    """
    holding = fired(definition, answers)
    if not holding:
        return ()
    known = set(session.scalars(select(RaisedFlag.code).where(RaisedFlag.response_id == response.id)))
    counting = visible_answers(definition, answers)
    told = told_now(definition, before, answers, anew)
    said = "；".join(say(definition, link_id, value) for link_id, value in counting.items())
    told_staff = said if kept else said + NOT_TAKEN
    announced: list[Flag] = []
    for flag in holding:
        if flag.code not in known:
            session.add(RaisedFlag(response_id=response.id, code=flag.code, at=now))
        elif flag not in told:
            continue
        announced.append(flag)
        publish(
            session,
            FlagRaised(
                patient_id=response.patient_id,
                response_id=response.id,
                task_id=response.task_id,
                code=flag.code,
                urgency=flag.urgency,
                signs=flag.signs,
                title=flag.reason,
                told=told_staff,
                advice_key=flag.advice_key,
                via=via,
                kept=kept,
                at=now,
            ),
        )
    return tuple(announced)


def pass_on_words(
    session: Session,
    response: Response,
    item: Item,
    value: object,
    via: str,
    now: datetime,
    *,
    kept: bool = True,
) -> None:
    """What somebody wrote in her own words may speak of a danger that no option names."""
    words = value.get("other") if isinstance(value, dict) else value
    if item.type in FREE_TYPES and isinstance(words, str):
        publish(session, WordsAnswered(response.patient_id, response.id, words, via, kept, now))
