"""Drafts: one response for one occasion on every device, saved answer by answer, red flags at the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.errors import Conflict, DomainError, Gone, Invalid, NotFound
from app.core.ids import new_id, token_hash
from app.core.once import keep_once
from app.patients.consents import ensure_collecting
from app.questionnaires.advice import Advice, advice_or_emergency
from app.questionnaires.catalog import definition_of, newest
from app.questionnaires.red_flags import pass_on_words, raise_flags
from app.questionnaires.refused import heed
from app.questionnaires.rules.answers import check, check_all
from app.questionnaires.rules.branching import next_question, visible, visible_answers
from app.questionnaires.rules.flags import Flag, fired, newly_fired
from app.questionnaires.rules.items import Definition
from app.questionnaires.rules.measured import told_pressure
from app.questionnaires.tables import Answer, AnswerBefore, Questionnaire, Response

DRAFT_LASTS = timedelta(hours=72)
"""From the first answer on: an answer of three days ago says little about today's blood pressure."""
UNTOUCHED_LASTS = timedelta(days=90)
"""A form nobody has begun waits; what asks for it (a task) ends it earlier."""


@dataclass(frozen=True)
class Saved:
    """What the form shows after an answer: the server decides, every body of the form only draws it."""

    visible: tuple[str, ...]
    """linkIds of everything to be seen, in order, groups included."""
    next: str | None
    """The question to ask next; None when nothing more needs asking."""
    problems: tuple[Invalid, ...]
    """What a submit would refuse now, named by linkId."""
    flags: tuple[Flag, ...]
    """Every red flag that holds over the answers so far."""
    advice: tuple[Advice, ...]
    """The approved words for those flags, to be shown at once."""
    was_visible: tuple[str, ...] = ()
    """What was to be seen before this answer: a page draws only what changed."""
    new_flags: tuple[Flag, ...] = ()
    """The red flags this very answer brought."""
    announced: tuple[Flag, ...] = ()
    """The red flags that staff heard of by this answer: the new, and what was told otherwise or again."""


@dataclass(frozen=True)
class Filled:
    """A form with what was answered so far; who holds it (`hold`) reads it once, and `keep` keeps it true."""

    response: Response
    definition: Definition
    answers: dict[str, object]
    """{linkId: stored value} of everything answered so far, hidden answers included."""


def open_for_task(session: Session, patient_id: str, task_id: str, form_code: str, now: datetime) -> Response:
    """The response that belongs to this task: begun now, or found as another device left it.

    A draft older than DRAFT_LASTS is put aside, whole, and a fresh one begun.
    Raises NotFound when the task's response is somebody else's.
    """
    return _open(session, patient_id, f"task:{task_id}", task_id, form_code, now)


def open_self(session: Session, patient_id: str, code: str, request_id: str, now: datetime) -> Response:
    """A response the patient begins without being asked; the same request gives the same one again.

    Raises Heeded (health_data_withdrawn).
    """
    ensure_collecting(session, patient_id)
    occasion = f"self:{token_hash(f'{patient_id}:{request_id}')}"
    return _open(session, patient_id, occasion, None, code, now)


def save_answer(
    session: Session,
    patient_id: str,
    response_id: str,
    link_id: str,
    raw: object,
    via: str,
    now: datetime,
    *,
    by: str | None = None,
    anew: bool = False,
) -> Saved:
    """Judge and keep one answer; `via` is page, chat, api or staff, `by` patient:<id> when left out.

    Another person's answer that this one replaces is kept beside it.

    None takes back the answer to an optional question. A red flag is announced at once, and again
    when what it rests on changes; `anew` when somebody tells it in words of now: then the same counts too.
    Raises Invalid naming the question, NotFound, Conflict (already_submitted), Gone (draft_expired),
    Heeded (health_data_withdrawn) for what a patient answers who no longer agrees to it; a danger in what
    these refuse is heard all the same, and they are heeded.
    """
    form = hold(session, patient_id, response_id)
    ensure_open(session, form, {link_id: raw}, via, now, by=by)
    return keep(session, form, link_id, raw, via, now, by=by, anew=anew)


def hold(session: Session, patient_id: str, response_id: str) -> Filled:
    """Lock the patient's own form for this transaction. Raises NotFound for any other."""
    response = find(session, patient_id, response_id, lock=True)
    definition = definition_of(session, response.questionnaire_id)
    return Filled(response, definition, answers_of(session, response.id))


def ensure_open(
    session: Session,
    form: Filled,
    raws: Mapping[str, object],
    via: str,
    now: datetime,
    *,
    by: str | None = None,
    request: str = "",
) -> None:
    """Raise what `save_answer` raises when it may not be answered. A danger in `raws` is heard anyway.

    `request` tells one sending from another, so that the same sent again is heard once.
    """
    try:
        if by in (None, f"patient:{form.response.patient_id}"):
            ensure_collecting(session, form.response.patient_id)
        ensure_alive(form.response, now)
    except DomainError as refusal:
        heed_in(session, form, raws, via, now, refusal, request)
        raise


def heed_in(
    session: Session,
    form: Filled,
    raws: Mapping[str, object],
    via: str,
    now: datetime,
    refusal: DomainError,
    request: str,
) -> None:
    """Let `refusal` be heeded where `raws` tell of a danger: questionnaires.refused."""
    heed(session, form.response, form.definition, form.answers, raws, via, now, refusal, request)


def keep(
    session: Session,
    form: Filled,
    link_id: str,
    raw: object,
    via: str,
    now: datetime,
    *,
    by: str | None = None,
    anew: bool = False,
) -> Saved:
    """`save_answer` into a form that is held and open. Raises Invalid naming the question."""
    response, definition, answers = form.response, form.definition, form.answers
    before = dict(answers)
    response.saves += 1
    if not answers:
        response.started_at, response.expires_at = now, now + DRAFT_LASTS
    if _is_blank(raw) and _may_be_blank(definition, link_id):
        answers.pop(link_id, None)
        session.execute(delete(Answer).where(Answer.response_id == response.id, Answer.link_id == link_id))
    else:
        answers[link_id] = check(definition, link_id, raw, answers)
        if answers[link_id] != before.get(link_id):
            # The same answer sent again keeps the moment it was first given.
            _keep(
                session, response, link_id, answers[link_id], via, by or f"patient:{response.patient_id}", now
            )
            pass_on_words(session, response, definition.by_link_id[link_id], answers[link_id], via, now)
    again = link_id if anew else None
    announced = raise_flags(session, response, definition, before, answers, via, now, anew=again)
    return replace(
        state_of(session, definition, answers, after=link_id),
        was_visible=tuple(visible(definition, before)),
        new_flags=newly_fired(definition, before, answers),
        announced=announced,
    )


def state_of(
    session: Session, definition: Definition, answers: Mapping[str, object], after: str | None = None
) -> Saved:
    """What the form shows over these answers, seen from behind the question `after`."""
    flags = fired(definition, answers)
    pressure = told_pressure(definition, visible_answers(definition, answers))
    return Saved(
        visible=tuple(visible(definition, answers)),
        next=next_question(definition, answers, after),
        problems=check_all(definition, visible_answers(definition, answers)).problems,
        flags=flags,
        advice=tuple(
            advice_or_emergency(session, key, pressure)
            for key in dict.fromkeys(flag.advice_key for flag in flags)
        ),
    )


def withdraw(session: Session, task_id: str) -> None:
    """Nobody asks for this task's form any more: a draft of it is put aside, whole."""
    session.execute(
        update(Response)
        .where(Response.occasion == f"task:{task_id}", Response.state == "draft")
        .values(state="withdrawn", chat_at=None)
        .execution_options(synchronize_session="fetch")
    )


def ensure_alive(response: Response, now: datetime) -> None:
    """Raise Conflict (already_submitted) or Gone (withdrawn, draft_expired) unless it may be answered."""
    if response.state == "submitted":
        raise Conflict("这份问卷已经提交过了，谢谢您。", code="already_submitted")
    if response.state == "withdrawn":
        raise Gone("这次随访已经结束，不用再填了。", code="withdrawn")
    if response.state != "draft" or response.expires_at <= now:
        raise Gone("这份问卷放了三天没有填完，已经过期。请重新打开，从头填一次。", code="draft_expired")


def of_task(session: Session, patient_id: str, task_id: str) -> Response | None:
    """The patient's response to this task, as it was left; None when it was never begun."""
    return session.scalars(
        select(Response).where(Response.occasion == f"task:{task_id}", Response.patient_id == patient_id)
    ).one_or_none()


def find(session: Session, patient_id: str, response_id: str, *, lock: bool = False) -> Response:
    """The patient's own response. Raises NotFound for any other."""
    query = select(Response).where(Response.id == response_id, Response.patient_id == patient_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound("没有找到这份问卷。")
    return found


def answers_of(session: Session, response_id: str) -> dict[str, object]:
    """{linkId: stored value} of everything answered so far, hidden answers included."""
    rows = session.execute(select(Answer.link_id, Answer.value).where(Answer.response_id == response_id))
    return {link_id: value for link_id, value in rows}


def visible_answers_of(session: Session, definition: Definition, response_id: str) -> dict[str, object]:
    """The answers that count: of questions that are visible now, in the order of the form."""
    return visible_answers(definition, answers_of(session, response_id))


def code_of(session: Session, response: Response) -> str:
    """The code of the response's form."""
    return session.scalars(
        select(Questionnaire.code).where(Questionnaire.id == response.questionnaire_id)
    ).one()


def _open(
    session: Session, patient_id: str, occasion: str, task_id: str | None, form_code: str, now: datetime
) -> Response:
    form = newest(session, form_code)
    fresh = Response(
        id=new_id(),
        patient_id=patient_id,
        questionnaire_id=form.id,
        occasion=occasion,
        task_id=task_id,
        state="draft",
        saves=0,
        content_hash=form.content_hash,
        started_at=now,
        expires_at=now + UNTOUCHED_LASTS,
    )
    standing, is_new = keep_once(session, fresh, Response.occasion)
    if standing.patient_id != patient_id:
        raise NotFound("没有找到这份问卷。")
    if is_new or standing.state != "draft" or standing.expires_at > now:
        return standing
    standing.state, standing.occasion = "expired", f"ended:{standing.id}"
    session.flush()
    return _open(session, patient_id, occasion, task_id, form_code, now)


def _keep(
    session: Session, response: Response, link_id: str, value: object, via: str, by: str, now: datetime
) -> None:
    standing = session.get(Answer, (response.id, link_id))
    if standing is None:
        standing = Answer(response_id=response.id, link_id=link_id)
        session.add(standing)
    elif standing.answered_by not in (None, by):
        session.add(
            AnswerBefore(
                response_id=response.id,
                link_id=link_id,
                value=standing.value,
                via=standing.via,
                answered_by=standing.answered_by,
                answered_at=standing.answered_at,
            )
        )
    standing.value, standing.answered_at, standing.via, standing.answered_by = value, now, via, by
    session.flush()


def _is_blank(raw: object) -> bool:
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def _may_be_blank(definition: Definition, link_id: str) -> bool:
    item = definition.by_link_id.get(link_id)
    return item is not None and item.asks and not item.required
