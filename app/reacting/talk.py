"""What is written between patients and staff sets going."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.alerts import events as alerts
from app.alerts.alarm import name_patient, raise_alert
from app.alerts.reads import has_pressing, has_written_danger, strangers_danger
from app.alerts.tables import Alert
from app.conversations import events as conversations
from app.conversations.answers import advise
from app.conversations.danger import calm
from app.conversations.danger import mark_while_alerted as mark_talk
from app.conversations.reads import of_identity, of_patient
from app.conversations.rules.red_flags import RedFlag, red_flags
from app.conversations.waiting import wait_again
from app.followup.reminders import nurse_name
from app.followup.tasks import open_staff_task
from app.messaging import events as messaging
from app.messaging import outbox
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise
from app.patients import events as patients
from app.questionnaires import events as questionnaires
from app.questionnaires.advice import advice_or_emergency
from app.reacting.advising import promise_advice
from app.reacting.words import kind_of, pressure_in

_WHAT_TO_DO = "患者在会话里写了危险的话，请马上看会话并联系患者。"
_WHAT_TO_DO_WITHOUT_CARD = "写的人没有建卡，不知道姓名和电话。请马上在会话里回复，问清人在哪里、电话多少。"
WITHIN_A_DAY = timedelta(days=1)


def answer_danger(session: Session, event: conversations.DangerWritten) -> None:
    """The approved text, before anybody has read the line; not what a form has told in this very moment."""
    if event.response_id and _just_told(session, event.response_id, event.advice_key, event.at):
        return
    words = advice_or_emergency(session, event.advice_key).text
    advise(session, event.conversation_id, words, f"advice:{event.line_id}", event.at)


def mark_while_alerted(session: Session, event: conversations.OrdinaryWritten) -> None:
    """Whatever somebody in danger writes stands with the urgent talks until it is answered."""
    if has_pressing(session, event.patient_id):
        mark_talk(session, event.conversation_id, event.at)


def name_the_writer(session: Session, event: conversations.WriterKnown | patients.CardActivated) -> None:
    """What was told without a card is this patient's."""
    name_patient(session, event.patient_id)


def raise_red_flag(session: Session, event: conversations.RedFlagWritten) -> None:
    """Words of danger are nobody's to overlook; where they alarmed a form, its alert tells them too."""
    form, talk = f"response:{event.response_id}", f"red_flag_words:{event.conversation_id}"
    raise_alert(
        session,
        event.patient_id,
        reason="red_flag_words",
        urgency=event.urgency,
        title=event.title,
        detail=_WHAT_TO_DO if event.patient_id else _WHAT_TO_DO_WITHOUT_CARD,
        source_kind="line",
        source_id=event.line_id,
        dedupe=form if event.response_id else talk,
        now=event.at,
        code=event.code,
        said=event.words,
        pressure=pressure_in(event.title),
        identity_id=None if event.patient_id else event.identity_id,
    )


def keep_red_while_alerted(
    session: Session, event: conversations.StaffReplied | conversations.TalkResolved
) -> None:
    """An answer ends the red mark of a talk only where no alert stands behind it."""
    if not _is_in_danger(session, event.patient_id, event.identity_id):
        calm(session, event.conversation_id)


def calm_talk(session: Session, event: alerts.AlertResolved) -> None:
    """The last written danger is resolved: the talk is like any other again."""
    talk_id = (
        of_patient(session, event.patient_id)
        if event.patient_id
        else of_identity(session, event.identity_id or "")
    )
    if talk_id is not None and not _is_in_danger(session, event.patient_id, event.identity_id):
        calm(session, talk_id)


def _is_in_danger(session: Session, patient_id: str | None, identity_id: str | None) -> bool:
    if patient_id is not None:
        return has_written_danger(session, patient_id)
    return strangers_danger(session, identity_id or "")


def read_answer_for_danger(session: Session, event: questionnaires.WordsAnswered) -> None:
    """An answer in a form's free text is read like a line of the chat.

    What came through the chat stands in the inbox and has been read there.
    """
    dangers = red_flags(event.words)
    if not dangers or event.via == "chat":
        return
    alerts = [_alert_on_answer(session, event, danger) for danger in dangers]
    _advise_on_answer(session, event, dangers[0], alerts[0].dedupe_key)


def open_call(session: Session, event: conversations.CallAsked) -> None:
    """What cannot be written is said on the telephone."""
    open_staff_task(
        session,
        event.patient_id,
        "call",
        "给患者打电话",
        event.why[:255],
        "nurse",
        f"call_asked:{event.line_id}",
        event.at + WITHIN_A_DAY,
        event.at,
        assignee_id=event.staff_id,
        cause_id=event.line_id,
    )


def let_patient_wait_again(session: Session, event: messaging.MessageFailed) -> None:
    """A reply that did not arrive is no reply: the patient stands in the queue again."""
    wait_again(session, event.message_id, event.at)


def _just_told(session: Session, response_id: str, advice_key: str, at: datetime) -> bool:
    """Whether an answer of the same form has been given such words for an emergency in this very moment."""
    said = outbox.promised_at(session, "response", response_id, at)
    return any(message.dedupe_key.endswith(f":{kind_of(advice_key)}:critical") for message in said)


def _alert_on_answer(session: Session, event: questionnaires.WordsAnswered, danger: RedFlag) -> Alert:
    return raise_alert(
        session,
        event.patient_id,
        reason="red_flag_words",
        urgency=danger.urgency,
        title=danger.title,
        detail="患者在问卷里写了危险的话，请马上看问卷并联系患者。",
        source_kind="response",
        source_id=event.response_id,
        dedupe=f"red_flag_answer:{event.response_id}",
        now=event.at,
        code=danger.code,
        said=event.words,
    )


def _advise_on_answer(
    session: Session, event: questionnaires.WordsAnswered, danger: RedFlag, occasion: str
) -> None:
    """The approved text once for an alert and kind of danger, however often the answer is mended."""
    if _just_told(session, event.response_id, danger.advice_key, event.at):
        return
    kind = kind_of(danger.advice_key)
    promise = Promise(
        purpose="advice",
        dedupe=f"advice:{occasion}:{kind}:{danger.urgency}",
        patient_id=event.patient_id,
        fields={
            "what": "重要健康提示",
            "when": card_time(event.at),
            "who": nurse_name(session, event.patient_id),
        },
        text=advice_or_emergency(session, danger.advice_key).text,
        link=f"/h5/responses/{event.response_id}",
        urgent=True,
        origin_kind="response",
        origin_id=event.response_id,
    )
    promise_advice(session, promise, event.kept, event.at)
