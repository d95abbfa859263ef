"""Answers of a patient who withdrew the consent: none is kept, yet a danger told in them is heard."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.patients.consents import collecting, ensure_collecting
from app.questionnaires.red_flags import pass_on_words, raise_flags
from app.questionnaires.rules.answers import check
from app.questionnaires.rules.items import Definition
from app.questionnaires.tables import Response


def ensure_may_answer(
    session: Session,
    response: Response,
    definition: Definition,
    before: Mapping[str, object],
    raws: Mapping[str, object],
    via: str,
    now: datetime,
) -> None:
    """Raises Heeded (health_data_withdrawn); a danger in `raws` ({linkId: raw answer}) is announced first.

    `before` are the answers that were kept while the patient agreed.
    """
    if collecting(session, response.patient_id):
        return
    told = _fitting(definition, before, raws)
    for link_id in raws.keys() & told.keys():
        if told[link_id] != before.get(link_id):
            pass_on_words(session, response, definition.by_link_id[link_id], told[link_id], via, now)
    raise_flags(session, response, definition, before, told, via, now)
    ensure_collecting(session, response.patient_id)


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
