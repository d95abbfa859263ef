"""What a due follow-up, its answers and its judgement set going."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.alerts.alarm import raise_alert
from app.core.ids import token_hash
from app.followup import events as followup
from app.followup.judging import judge
from app.followup.reminders import nurse_name
from app.followup.rules.asking import card_title
from app.followup.tasks import note_answered
from app.messaging import outbox
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise
from app.messaging.rules.fill import HINT
from app.questionnaires import events as questionnaires
from app.questionnaires import links
from app.questionnaires.advice import advice_or_emergency
from app.questionnaires.drafts import open_for_task, withdraw
from app.questionnaires.reads import in_danger
from app.reacting.advising import promise_advice
from app.reacting.words import kind_of, pressure_in
from app.risk.findings import note_finding
from app.risk.tagging import rethink_tags

LONGEST_CODE = 64
"""As much as a cause's code may have."""


def note_pathway(session: Session, event: followup.PlanBegun | followup.PlanEnded) -> None:
    """Being on a pathway says something of the patient, and staff ending it too.

    A patient who stops does not lose what she has: the diagnosis stays.
    """
    if isinstance(event, followup.PlanEnded) and event.by_patient:
        return
    detail = {"pathway": event.pathway_code, "on": isinstance(event, followup.PlanBegun)}
    note_finding(session, event.patient_id, "pathway", detail, event.at, event.plan_id)
    rethink_tags(session, event.patient_id, event.at)


def open_the_form(session: Session, event: followup.TaskDue) -> None:
    """The form waits from now on, for the page and for the chat."""
    open_for_task(session, event.patient_id, event.task_id, event.form_code, event.at)


def ask_the_patient(session: Session, event: followup.TaskDue) -> None:
    """The card, or the words in the chat; the link leads to question one."""
    promise = Promise(
        purpose="followup_due",
        dedupe=f"task:{event.task_id}:{event.step}",
        patient_id=event.patient_id,
        fields={
            "what": card_title(event.title, event.step),
            "when": card_time(event.due_at),
            "who": event.who,
            HINT: "在服务号里直接回复也行",
        },
        text=event.words,
        link=links.path_for(event.task_id, event.patient_id, event.at),
        origin_kind="task",
        origin_id=event.task_id,
    )
    outbox.promise(session, promise, event.at)


def stop_asking(session: Session, event: followup.TaskClosed) -> None:
    """Nobody is asked again for what was answered, or is no longer wanted."""
    outbox.cancel_for(session, "task", [event.task_id], "这次随访已经完成或停止", event.at)
    withdraw(session, event.task_id)


def hold_asking(session: Session, event: followup.PlanPaused) -> None:
    """What is queued is taken back; the forms stay open for whoever wants to answer."""
    outbox.cancel_for(session, "task", event.task_ids, "患者的计划暂停了", event.at)


def look_into_silence(session: Session, event: followup.TaskOverdue) -> None:
    """Neither an answer nor a call: somebody has to look."""
    raise_alert(
        session,
        event.patient_id,
        reason="followup_overdue",
        urgency="normal",
        title=f"{event.title}一直没有完成",
        detail=f"{card_time(event.due_at)}到期，微信提醒和电话之后仍没有结果，请安排处理。",
        source_kind="task",
        source_id=event.task_id,
        dedupe=f"followup_overdue:{event.task_id}",
        now=event.at,
        role=event.role,
    )


def look_for_unreached(session: Session, event: followup.PatientUnreached) -> None:
    """Several calls in vain: somebody decides how to find the patient."""
    raise_alert(
        session,
        event.patient_id,
        reason="unreached",
        urgency="normal",
        title=f"{event.calls} 次电话都没有联系上",
        detail=f"{event.title}：{event.calls} 次电话都没有打通，微信也没有回应。"
        "请联系家属或社区，确认患者情况。",
        source_kind="task",
        source_id=event.task_id,
        dedupe=f"unreached:{event.task_id}",
        now=event.at,
    )


def alert_and_advise_on_flag(session: Session, event: questionnaires.FlagRaised) -> None:
    """A nurse knows before the form is finished, and the patient reads the approved words at once.

    The words are said once for an alert: another danger after the first was resolved is told again.
    """
    pressure = pressure_in(event.told)
    alert = raise_alert(
        session,
        event.patient_id,
        reason=event.code,
        urgency=event.urgency,
        title=_with_pressure(event.title, pressure),
        detail=f"填写问卷时触发：{event.title}。已经回答：{event.told}。",
        source_kind="response",
        source_id=event.response_id,
        dedupe=f"response:{event.response_id}",
        now=event.at,
        code=_with_signs(event.code, event.signs),
        pressure=pressure,
    )
    occasion = alert.dedupe_key.removeprefix("response:")
    key, kept = event.advice_key, event.kept
    _advise(session, event.patient_id, event.response_id, occasion, event.urgency, key, kept, event.at)


def close_what_asked(session: Session, event: questionnaires.ResponseSubmitted) -> None:
    """Answered on whatever lane: nothing asks any more."""
    note_answered(
        session,
        event.patient_id,
        event.questionnaire_code,
        event.task_id,
        f"patient:{event.patient_id}" if event.via != "staff" else "staff",
        event.at,
    )


def judge_visit(session: Session, event: questionnaires.ResponseSubmitted) -> None:
    """The national specification's rules, and the next visit."""
    judge(
        session,
        event.patient_id,
        event.response_id,
        event.questionnaire_code,
        event.task_id,
        event.answers,
        event.at,
    )


def advise_on_visit(session: Session, event: followup.VisitJudged) -> None:
    """Every answer is answered: the approved words for what it means, but no praise behind a danger."""
    response_id, key = event.response_id, event.advice_key
    if event.urgency != "critical" and in_danger(session, response_id):
        return
    _advise(session, event.patient_id, response_id, response_id, event.urgency, key, True, event.at)


def alert_on_visit(session: Session, event: followup.VisitJudged) -> None:
    """A nurse hears of everything the rules find worth a look; joined to what flags have told already."""
    if event.urgency is None:
        return
    raise_alert(
        session,
        event.patient_id,
        reason=f"bp_{event.kind}",
        urgency=event.urgency,
        title=event.summary,
        detail="\n".join(event.reasons),
        source_kind="response",
        source_id=event.response_id,
        dedupe=f"response:{event.response_id}",
        now=event.at,
        pressure=_pressure(event),
        sums_up=True,
    )


def note_visit(session: Session, event: followup.VisitJudged) -> None:
    """The patient's tags follow the last visit."""
    pressure = _pressure(event)
    if pressure is not None:
        visit = {"uncontrolled": event.uncontrolled, "pressure": "{}/{}".format(*pressure)}
        note_finding(session, event.patient_id, "visit", visit, event.at, event.response_id)
    if event.medication_adherence is not None:
        adherence = {"value": event.medication_adherence}
        note_finding(session, event.patient_id, "adherence", adherence, event.at, event.response_id)
    rethink_tags(session, event.patient_id, event.at)


def _pressure(event: followup.VisitJudged) -> tuple[int, int] | None:
    if event.systolic_mmhg is None or event.diastolic_mmhg is None:
        return None
    return event.systolic_mmhg, event.diastolic_mmhg


def _with_pressure(title: str, pressure: tuple[int, int] | None) -> str:
    """血压达到 180/110 says too little where 182/112 is known."""
    if pressure is None:
        return title
    told = "{}/{}".format(*pressure)
    return (
        f"血压 {told} {title.removeprefix('血压')}" if title.startswith("血压") else f"{title}，血压 {told}"
    )


def _with_signs(code: str, signs: tuple[str, ...]) -> str:
    """danger_symptom:eye_pain; where many signs are too long to keep, their fingerprint stands for them."""
    named = ":".join([code, *(["+".join(signs)] if signs else [])])
    return named if len(named) <= LONGEST_CODE else f"{code}:{token_hash(named)[:12]}"


def _advise(
    session: Session,
    patient_id: str,
    response_id: str,
    occasion: str,
    urgency: str | None,
    key: str,
    kept: bool,
    at: datetime,
) -> None:
    """One message for one occasion and urgency: two flags of one emergency say the same."""
    words = advice_or_emergency(session, key)
    promise = Promise(
        purpose="advice",
        dedupe=f"advice:{occasion}:{kind_of(key)}:{urgency or 'calm'}",
        patient_id=patient_id,
        fields={"what": words.title, "when": card_time(at), "who": nurse_name(session, patient_id)},
        text=f"{words.title}\n{words.text}",
        link=f"/h5/responses/{response_id}",
        urgent=urgency in ("critical", "high"),
        origin_kind="response",
        origin_id=response_id,
    )
    promise_advice(session, promise, kept, at)
