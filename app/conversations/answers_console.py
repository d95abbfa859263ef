"""What the patient answered last, beside the talk: one line, and the way to the whole of it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.conversations import reads
from app.core import clock
from app.core.db import read_only
from app.followup.reads import visit_of
from app.http.doors import outside
from app.http.polling import unless_unchanged
from app.http.staff_auth import staff_only
from app.http.trail import note_shown
from app.questionnaires.reads import response, submitted_of, told_in

console = Blueprint("talk_answers", __name__)

ONE_LINE = 60
"""Characters of the answers that a line has room for."""


@dataclass(frozen=True)
class Answered:
    """The last form the patient sent."""

    response_id: str
    title: str
    at: datetime
    words: str
    """The answers in the order of the form, cut to one line."""
    verdict: str
    """What the rules made of it (a VisitOutcome's kind); empty for a form they do not judge."""


@console.get("/console/inbox/<conversation_id>/answers")
@staff_only("conversations.work")
def poll_answers(conversation_id: str) -> Response:
    """The line alone, for the talk that is open while the patient answers."""
    now = clock.now()
    with read_only(outside().readers) as session:
        talk = reads.talk(session, conversation_id, now)
        answered = last_answered(session, talk.patient_id)
    part = unless_unchanged("conversations/answers.html", now, answered=answered)
    if part.status_code != 304 and talk.patient_id is not None and answered is not None:
        note_shown({talk.patient_id: answered.at}, "response", now)
    return part


def last_answered(session: Session, patient_id: str | None) -> Answered | None:
    """The last form the patient sent; None without any, and for somebody without a card."""
    sent = submitted_of(session, patient_id, most=1) if patient_id else []
    if not sent:
        return None
    (last,) = sent
    verdict = visit_of(session, last.response_id)
    words = "；".join(told.answer for told in told_in(session, response(session, last.response_id)))
    return Answered(
        last.response_id,
        last.title,
        last.submitted_at,
        words if len(words) <= ONE_LINE else f"{words[:ONE_LINE]}…",
        verdict.kind if verdict else "",
    )
