"""What a patient's words are: danger, a form's answer, a pressure, 吃了, a command, or for a nurse."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from app.alerts.reads import stands_for
from app.conversations.inbox import said_last, written_before
from app.conversations.rules.red_flags import RedFlag, gravest, red_flags
from app.core.wording import plain
from app.medication import chat as doses
from app.patients.consents import collecting
from app.patients.tables import WechatIdentity
from app.questionnaires import chat
from app.questionnaires.chat import ChatReply
from app.records import readings
from app.records.rules.dangers import LIMITS
from app.records.rules.told_pressure import Told, own_pressure
from bot.answers import ANSWERS, NOT_KEPT, Answer, ask_back, asked_back, half_told, noted_pressure
from bot.commands import intention

MEASURED = {limit.code for limit in LIMITS}
"""Dangers that are a number: a form that took it has judged it."""
YES = {"对", "对的", "是", "是的", "嗯", "没错", "好", "好的", "记", "记下"}


@dataclass(frozen=True)
class Heard:
    """One message understood: what is said back, and whether a person has to read it."""

    answer: Answer | None = None
    for_nurse: bool = False
    heard_as: str = ""
    """What the words mean where that was asked for: "185" is 高压 185."""
    alarmed: str | None = None
    """The form's response whose red flag these words have raised: what else is dangerous in them joins it."""
    receipt: str | None = None
    """What stands in front of the advice that these words bring; `answer` is for where they bring none."""
    told: Told | None = None
    """A pressure that the patient has confirmed, for the chart: docs/decisions/0012."""


def hear(
    session: Session, identity: WechatIdentity, text: str, key: str, at: datetime, now: datetime
) -> Heard:
    """What was written `at` that time means, however late it is read.

    Asked in this order: the form, danger, a pressure, 吃了, a command, the form's question again.
    Words of danger go to the inbox whatever else they are: there they alert and are answered.
    """
    danger = gravest(text)
    wanted = intention(text) if identity.app_kind == "oa" else None
    if identity.patient_id is not None:
        found = _patients_own(session, identity.patient_id, text, key, danger, at, now)
        if found is not None:
            return found
    if danger is None and wanted is not None:
        return Heard(ANSWERS[wanted])
    again = chat.ask_again(session, identity.patient_id, text, now) if identity.patient_id else None
    if danger is None and again is not None:
        return Heard(Answer(again.in_one(), again.link), again.for_nurse)
    return Heard(for_nurse=True)


def keep_told(
    session: Session, patient_id: str, told: Told, line_id: str, at: datetime, now: datetime
) -> None:
    """On the chart, as told in the chat; what is dangerous in it has alarmed when it was told."""
    values = {"SBP": float(told.systolic or 0), "DBP": float(told.diastolic or 0)}
    readings.record(
        session, patient_id, values, at, "told", line_id, f"patient:{patient_id}", f"line:{line_id}", now
    )


def _patients_own(
    session: Session,
    patient_id: str,
    text: str,
    key: str,
    danger: RedFlag | None,
    at: datetime,
    now: datetime,
) -> Heard | None:
    before = written_before(session, patient_id, at)
    if not collecting(session, patient_id):
        return _not_kept(session, patient_id, text, before, danger, now)
    alerted = partial(stands_for, session, patient_id)
    reply = chat.take(session, patient_id, text, now, before, alerted=alerted)
    if reply is not None:
        alarming = any(not _judged_by_form(each, reply) for each in red_flags(text, reply.half))
        for_nurse = reply.for_nurse or alarming
        if alarming or reply.alarmed:
            return _stopped(session, reply, for_nurse)
        return Heard(Answer(reply.in_one(), reply.link), for_nurse, reply.half, reply.alarmed)
    confirmed = _confirmed(session, patient_id, text, at)
    if confirmed is not None:
        return Heard(noted_pressure(confirmed.words), told=confirmed)
    told = own_pressure(text, before)
    if told is not None:
        return _pressure(told, danger)
    taken = None if danger else doses.take_told(session, patient_id, text, key, now)
    return Heard(Answer(taken, doses.PAGE)) if taken else None


def _stopped(session: Session, reply: ChatReply, for_nurse: bool) -> Heard:
    """A danger stops the form: its advice stands last, with what was kept before it, and nothing is asked."""
    chat.pause(session, reply.response_id)
    answer = Answer(f"{reply.receipt}{chat.WATCHED}", reply.link)
    return Heard(answer, for_nurse, reply.half, reply.alarmed, receipt=reply.receipt)


def _not_kept(
    session: Session, patient_id: str, text: str, before: str, danger: RedFlag | None, now: datetime
) -> Heard | None:
    """A pressure after the consent was withdrawn: why it is not kept; danger alarms all the same."""
    told = own_pressure(text, before)
    if told is not None:
        return replace(_pressure(told, danger), answer=NOT_KEPT)
    return Heard(NOT_KEPT) if _confirmed(session, patient_id, text, now) else None


def _confirmed(session: Session, patient_id: str, text: str, at: datetime) -> Told | None:
    """对 to the pressure that was asked back in the last line of the talk."""
    pair = asked_back(said_last(session, patient_id, at))
    if pair is None or plain(text).strip("。.!！ ") not in YES:
        return None
    return Told(pair[0], pair[1], 0, 0)


def _pressure(told: Told, danger: RedFlag | None) -> Heard:
    """A whole one is asked back, of half of one the other is asked; danger alarms whatever is answered."""
    danger = danger or gravest(f"血压 {told.words}")
    answer = ask_back(told.words) if told.whole else half_told(told.words)
    return Heard(answer, danger is not None or not told.alone, f"血压 {told.words}")


def _judged_by_form(danger: RedFlag, reply: ChatReply) -> bool:
    """A dangerous number that the form took is told by the form's own flag: one alert is enough."""
    return danger.code in MEASURED & reply.flags and not reply.half
