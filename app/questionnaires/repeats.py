"""One answer of a form kept once a request: whoever sends it again hears what was told the first time."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.questionnaires import drafts
from app.questionnaires.drafts import Saved
from app.questionnaires.tables import AnswerTold


def save_once(
    session: Session,
    patient_id: str,
    response_id: str,
    request_id: str,
    link_id: str,
    raw: object,
    via: str,
    tell: Callable[[Saved], str],
    now: datetime,
) -> str:
    """What `tell` makes of the kept answer; of a repeated request, what it made then, and nothing is kept.

    So a repeat that comes late, behind a newer answer to the same question, undoes nothing. A refusal is
    not remembered. Raises as drafts.save_answer does.
    """
    # The lock lets the second of two taps at once wait for what the first was told.
    response = drafts.find(session, patient_id, response_id, lock=True)
    before = session.get(AnswerTold, (response.id, request_id))
    if before is not None:
        return before.told
    told = tell(drafts.save_answer(session, patient_id, response_id, link_id, raw, via, now))
    session.add(AnswerTold(response_id=response.id, request_id=request_id, told=told, at=now))
    return told
