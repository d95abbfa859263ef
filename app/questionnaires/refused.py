"""Answers that a form does not take: refused in words, yet a danger told in them is heard, once."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import DomainError, Gone, Invalid
from app.questionnaires.advice import advice_or_emergency, carry
from app.questionnaires.red_flags import pass_on_words, raise_flags
from app.questionnaires.rules.answers import check
from app.questionnaires.rules.flags import told_now
from app.questionnaires.rules.items import Definition
from app.questionnaires.tables import Response
from app.records.refused import is_first


def heed(
    session: Session,
    response: Response,
    definition: Definition,
    kept: Mapping[str, object],
    raws: Mapping[str, object],
    via: str,
    now: datetime,
    refusal: DomainError,
    request: str = "",
) -> None:
    """Announce a danger in `raws` ({linkId: raw answer}) that is refused; `refusal` then carries the advice.

    `kept` are the answers that stand; the same told again is no news, but in a form that has ended, where
    they are of another day. Announced once for each `request` and what it says; without one, once a day.
    """
    before = {k: v for k, v in kept.items() if k not in raws} if isinstance(refusal, Gone) else kept
    told = _fitting(definition, before, raws)
    given = {link_id: told[link_id] for link_id in raws if told.get(link_id) != before.get(link_id)}
    if not given:
        return
    refusal.heeded = True
    says = json.dumps(given, sort_keys=True, ensure_ascii=False)
    if is_first(session, f"{response.id}:{request or clock.day_of(now)}:{says}", now):
        for link_id, value in given.items():
            pass_on_words(session, response, definition.by_link_id[link_id], value, via, now, kept=False)
        raise_flags(session, response, definition, before, told, via, now, kept=False)
    flags = told_now(definition, before, told)
    if flags:
        carry(refusal, advice_or_emergency(session, flags[0].advice_key))


def _fitting(
    definition: Definition, before: Mapping[str, object], raws: Mapping[str, object]
) -> dict[str, object]:
    """What was told before and now; an answer that is none tells nothing, and is refused with the rest."""
    told = dict(before)
    for link_id, raw in raws.items():
        try:
            told[link_id] = check(definition, link_id, raw, told)
        except Invalid:
            continue
    return told
