"""One answer of a form kept once a request: whoever sends it again hears what was told the first time."""

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.ids import token_hash
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
    not remembered. Raises as drafts.save_answer does, and Conflict (request_id_taken) for another question
    or another value under a request that is kept already; a danger in it is heard all the same.
    """
    # The lock lets the second of two taps at once wait for what the first was told.
    form = drafts.hold(session, patient_id, response_id)
    before = session.get(AnswerTold, (response_id, request_id))
    asked = token_hash(json.dumps([link_id, raw], sort_keys=True))
    if before is not None and before.asked in (None, asked):
        return before.told
    if before is not None:
        # The first answer would say "kept" of a value that is not.
        taken = Conflict(
            "这一次已经答过别的了。要改答案，请再按一下。", code="request_id_taken", field="request_id"
        )
        drafts.heed_in(session, form, {link_id: raw}, via, now, taken, request_id)
        raise taken
    drafts.ensure_open(session, form, {link_id: raw}, via, now, request=request_id)
    told = tell(drafts.keep(session, form, link_id, raw, via, now))
    session.add(AnswerTold(response_id=response_id, request_id=request_id, asked=asked, told=told, at=now))
    return told
