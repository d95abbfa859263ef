"""Words that speak of danger: marked on the talk, answered with the approved text, told to somebody."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.events import DangerWritten, RedFlagWritten, WriterKnown
from app.conversations.rules.red_flags import FLAGS, WHILE_ALERTED, RedFlag, gravest, red_flags
from app.conversations.tables import Conversation, Line
from app.core.events import publish

ADVISED_AGAIN_AFTER = timedelta(hours=4)
"""A danger told again so much later is answered again, whoever is still waiting."""
WITHOUT_CARD = "danger_without_card"
"""The approved text for somebody whose name and telephone nobody knows: it promises nobody's call."""


def notice_danger(
    session: Session,
    conversation: Conversation,
    line: Line,
    heard_as: str,
    alarmed: str | None,
    now: datetime,
) -> RedFlag | None:
    """The gravest danger of this line, announced with all the others; None for none.

    The safety text answers once for a kind of danger while the patient waits: five frightened
    lines are not answered five times. `alarmed`: the response of a form that this line has alarmed.
    """
    flags = red_flags(line.body, heard_as)
    if not flags:
        return None
    flag = flags[0]
    if not _told_before(session, conversation, line, flag.code, now):
        _answer(session, conversation, line, flag, alarmed, now)
    _mark(conversation, flag, now)
    _announce(session, conversation, line, flags, alarmed, now)
    return flag


def _announce(
    session: Session,
    conversation: Conversation,
    line: Line,
    flags: Sequence[RedFlag],
    alarmed: str | None,
    now: datetime,
) -> None:
    for each in flags:
        publish(
            session,
            RedFlagWritten(
                conversation.patient_id,
                conversation.identity_id,
                conversation.id,
                line.id,
                each.code,
                each.title,
                each.urgency,
                line.body,
                now,
                alarmed,
            ),
        )


def _answer(
    session: Session,
    conversation: Conversation,
    line: Line,
    flag: RedFlag,
    alarmed: str | None,
    now: datetime,
) -> None:
    """The safety text; to somebody without a card one that promises nobody's call."""
    advice_key = WITHOUT_CARD if conversation.patient_id is None else flag.advice_key
    publish(session, DangerWritten(conversation.id, line.id, advice_key, now, alarmed))


def alarm_for_known(session: Session, identity_id: str, patient_id: str | None, now: datetime) -> None:
    """Who wrote of danger before we knew whose WeChat it is has a patient now: the alert is the patient's.

    Of somebody who is still no patient, or whose talk is nobody's danger any more, nothing.
    """
    if patient_id is None:
        return
    conversation = session.scalars(
        select(Conversation)
        .where(Conversation.identity_id == identity_id, Conversation.patient_id.is_(None))
        .with_for_update()
    ).one_or_none()
    if conversation is None:
        return
    conversation.patient_id = patient_id
    if conversation.danger_since is None:
        return
    publish(session, WriterKnown(patient_id, now))


def mark_while_alerted(session: Session, conversation_id: str, now: datetime) -> None:
    """A line of somebody in danger is urgent, whatever it says."""
    _mark(session.get_one(Conversation, conversation_id), WHILE_ALERTED, now)


def calm(session: Session, conversation_id: str) -> None:
    """Nothing that was written is a danger any more."""
    conversation = session.get_one(Conversation, conversation_id)
    conversation.red_flag = conversation.danger_since = None


def _mark(conversation: Conversation, flag: RedFlag, now: datetime) -> None:
    """The gravest stays: a later, lighter danger does not hide it."""
    standing = FLAGS.get(conversation.red_flag or "")
    if standing is None or _rank(flag.code) < _rank(standing.code):
        conversation.red_flag = flag.code
    conversation.danger_since = conversation.danger_since or now


def _rank(code: str) -> tuple[bool, int]:
    return FLAGS[code].urgency != "critical", list(FLAGS).index(code)


def _told_before(session: Session, conversation: Conversation, line: Line, code: str, now: datetime) -> bool:
    """Whether a line of this waiting has told of the same danger a short while ago."""
    marked = conversation.danger_since
    if conversation.red_flag == code and marked is not None and now - marked <= ADVISED_AGAIN_AFTER:
        return True
    since = max(conversation.waiting_since or now, now - ADVISED_AGAIN_AFTER)
    earlier = session.scalars(
        select(Line).where(
            Line.conversation_id == conversation.id,
            Line.author_kind == "patient",
            Line.at >= since,
            Line.id != line.id,
        )
    )
    return any((flag := gravest(each.body)) is not None and flag.code == code for each in earlier)
