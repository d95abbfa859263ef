"""The approved words for a danger: a message, a line of the talk, a card that leads to where they stand."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.conversations.answers import note_said
from app.conversations.inbox import begin_talk
from app.messaging import outbox
from app.messaging.outbox import Promise


def promise_advice(session: Session, advice: Promise, kept: bool, at: datetime) -> None:
    """Promise the words and show them in the talk of somebody who has one.

    What was told and not `kept` stands on no page of a form or chart: there the talk is begun for the
    words, and the card leads to it.
    """
    if not kept and begin_talk(session, advice.patient_id or "", at) is not None:
        advice = replace(advice, link="/h5/messages")
    note_said(session, outbox.promise(session, advice, at), at)
