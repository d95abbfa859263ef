"""What patients write: kept once, given to somebody, and announced."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.conversations.assignment import give_to_somebody
from app.conversations.danger import notice_danger
from app.conversations.events import OrdinaryWritten, PatientWrote
from app.conversations.receipts import acknowledge
from app.conversations.tables import Conversation, Line
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.ids import new_id, token_hash
from app.core.once import keep_once
from app.core.typed import seen_only
from app.patients.tables import WechatIdentity

LONGEST_LINE = 600
"""Characters; 2,048 bytes is what WeChat takes in one message, and a Chinese character has three."""

STILL_SAYING = timedelta(minutes=10)
"""高压150 and, a moment later, 90 are one pressure."""

STILL_TALKING = timedelta(hours=1)
"""Somebody who writes again within this time goes on with the same talk."""


def receive(
    session: Session,
    identity_id: str,
    patient_id: str | None,
    kind: str,
    body: str,
    media_id: str | None,
    wechat_msg_key: str,
    now: datetime,
    *,
    at: datetime | None = None,
    media_path: str | None = None,
    heard_as: str = "",
    alarmed: str | None = None,
    answered: bool = False,
) -> Line:
    """Keep what somebody wrote to us; the same `wechat_msg_key` gives the same line again.

    `kind` is text, image, voice, location or other; `media_path` is where the picture or voice lies
    in our storage. `at` is when it was written, where we hear of it late: the person waits since then.
    `heard_as` is what the words mean where that was asked for: "185" is 高压 185. `alarmed` is the
    response of a form whose red flag the same words have raised. `answered` when the house answers it
    otherwise, in the same breath. A resolved conversation opens again.
    """
    conversation = _conversation_of(session, identity_id, patient_id, now)
    line, is_new = _keep(
        session, conversation, patient_id, kind, body, wechat_msg_key, at or now, media_id, media_path
    )
    if is_new:
        _take_in(session, conversation, line, heard_as, alarmed, answered, now)
    return line


def keep_unread(
    session: Session,
    identity_id: str,
    patient_id: str | None,
    kind: str,
    body: str,
    wechat_msg_key: str,
    now: datetime,
    *,
    at: datetime | None = None,
) -> Line:
    """The last resort, when `receive` fails: the line waits for a nurse. Nothing is read out of it."""
    conversation = _conversation_of(session, identity_id, patient_id, now)
    line, is_new = _keep(session, conversation, patient_id, kind, body, wechat_msg_key, at or now)
    if is_new:
        _wait_for_somebody(conversation, line.at)
    return line


def keep_answer(
    session: Session,
    identity_id: str,
    patient_id: str,
    body: str,
    wechat_msg_key: str,
    now: datetime,
    *,
    at: datetime | None = None,
) -> Line:
    """Keep a line that the house has understood and answered: nobody has to read it, everybody can."""
    conversation = _conversation_of(session, identity_id, patient_id, now)
    return _keep(session, conversation, patient_id, "text", body, wechat_msg_key, at or now)[0]


def written_before(session: Session, patient_id: str, now: datetime) -> str:
    """What the patient wrote last, if that was a moment ago (STILL_SAYING); else nothing."""
    return _last_words(session, patient_id, ("patient",), now)


def said_last(session: Session, patient_id: str, now: datetime) -> str:
    """What the house said in the last line of the talk, a moment ago; nothing when somebody else had it."""
    return _last_words(session, patient_id, ("system", "patient", "staff"), now, by="system")


def _last_words(
    session: Session, patient_id: str, among: tuple[str, ...], now: datetime, by: str = "patient"
) -> str:
    last = session.scalars(
        select(Line)
        .join(Conversation, Conversation.id == Line.conversation_id)
        .where(
            Conversation.patient_id == patient_id,
            Line.author_kind.in_(among),
            Line.kind == "text",
            Line.at >= now - STILL_SAYING,
        )
        .order_by(Line.at.desc(), Line.id.desc())
        .limit(1)
    ).one_or_none()
    return last.body if last is not None and last.author_kind == by else ""


def write_on_page(
    session: Session, identity_id: str, patient_id: str, text: str, request_id: str, now: datetime
) -> Line:
    """A line written on the patient page. Raises Invalid (empty, too_long)."""
    # Bound to the writer, so that nobody's request id answers with another person's line.
    key = token_hash(f"{identity_id}:{request_id}")
    return receive(session, identity_id, patient_id, "text", fitting(text), None, key, now)


def open_talk(session: Session, patient_id: str, now: datetime) -> Conversation:
    """The patient's conversation, begun when there is none: staff may write first.

    Raises Conflict (no_wechat) for a patient whom no WeChat of ours knows.
    """
    talk = begin_talk(session, patient_id, now)
    if talk is None:
        raise Conflict("这位患者还没有在微信里出现过，请打电话联系。", code="no_wechat")
    return talk


def begin_talk(session: Session, patient_id: str, now: datetime) -> Conversation | None:
    """The patient's conversation, begun when there is none; None where no WeChat of ours knows them."""
    identity_id = session.scalars(
        select(WechatIdentity.id)
        .where(WechatIdentity.patient_id == patient_id)
        .order_by(WechatIdentity.created_at.desc())
        .limit(1)
    ).one_or_none()
    return _conversation_of(session, identity_id, patient_id, now) if identity_id else None


def note_page_opened(session: Session, patient_id: str, now: datetime) -> None:
    """The patient sees everything said so far: the only sign of reading that WeChat leaves us."""
    session.execute(
        update(Conversation).where(Conversation.patient_id == patient_id).values(patient_read_at=now)
    )


def fitting(text: str) -> str:
    """The text without signs that nobody sees and space around it. Raises Invalid (empty, too_long)."""
    text = seen_only(text).strip()
    if not text:
        raise Invalid("请先写上要说的话。", code="empty", field="text")
    if len(text) > LONGEST_LINE:
        raise Invalid(f"一次最多写 {LONGEST_LINE} 个字，请分两次发。", code="too_long", field="text")
    return text


def _keep(
    session: Session,
    conversation: Conversation,
    patient_id: str | None,
    kind: str,
    body: str,
    wechat_msg_key: str,
    at: datetime,
    media_id: str | None = None,
    media_path: str | None = None,
) -> tuple[Line, bool]:
    line = Line(
        id=new_id(),
        conversation_id=conversation.id,
        author_kind="patient",
        author_id=patient_id,
        kind=kind,
        body=body,
        media_id=media_id,
        media_path=media_path,
        wechat_msg_key=wechat_msg_key,
        message_id=None,
        request_id=None,
        at=at,
    )
    return keep_once(session, line, Line.wechat_msg_key)


def _take_in(
    session: Session,
    conversation: Conversation,
    line: Line,
    heard_as: str,
    alarmed: str | None,
    answered: bool,
    now: datetime,
) -> None:
    first = conversation.waiting_since is None and (
        conversation.state == "resolved" or line.at - conversation.last_line_at > STILL_TALKING
    )
    _wait_for_somebody(conversation, line.at)
    give_to_somebody(session, conversation, now)
    flag = notice_danger(session, conversation, line, heard_as, alarmed, now)
    if flag is None and conversation.patient_id is not None:
        publish(session, OrdinaryWritten(conversation.id, conversation.patient_id, line.at))
    if flag is None and not answered:
        acknowledge(session, conversation, line, first, now)
    publish(
        session,
        PatientWrote(
            conversation.id,
            line.id,
            conversation.patient_id,
            conversation.identity_id,
            flag.code if flag else None,
            now,
        ),
    )


def _wait_for_somebody(conversation: Conversation, since: datetime) -> None:
    conversation.state = "open"
    conversation.waiting_since = min(conversation.waiting_since or since, since)
    conversation.last_line_at = max(conversation.last_line_at, since)


def _conversation_of(
    session: Session, identity_id: str, patient_id: str | None, now: datetime
) -> Conversation:
    """The one conversation of this person, locked; a person with two WeChat accounts has one."""
    answer_to = _where_we_can_answer(session, identity_id, patient_id)
    found = _find(session, answer_to, patient_id)
    if found is None:
        fresh = Conversation(
            id=new_id(),
            identity_id=answer_to,
            patient_id=patient_id,
            state="resolved",  # Nothing is asked yet; the first line opens it.
            assignee_id=None,
            assigned_because=None,
            waiting_since=None,
            red_flag=None,
            danger_since=None,
            last_line_at=now,
            patient_read_at=None,
        )
        found, _ = keep_once(session, fresh, Conversation.identity_id)
    found.patient_id = found.patient_id or patient_id
    return found


def _find(session: Session, identity_id: str, patient_id: str | None) -> Conversation | None:
    by_patient = (
        Conversation.patient_id == patient_id if patient_id else Conversation.identity_id == identity_id
    )
    for owned in (by_patient, Conversation.identity_id == identity_id):
        found = session.scalars(
            select(Conversation)
            .where(owned)
            .order_by(Conversation.last_line_at.desc())
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if found is not None:
            return found
    return None


def _where_we_can_answer(session: Session, identity_id: str, patient_id: str | None) -> str:
    """The service account's identity where the person has one: only there WeChat lets a nurse answer."""
    if patient_id is None:
        return identity_id
    found = session.scalars(
        select(WechatIdentity.id)
        .where(WechatIdentity.patient_id == patient_id, WechatIdentity.app_kind == "oa")
        .order_by(WechatIdentity.following.desc(), WechatIdentity.created_at.desc())
        .limit(1)
    ).one_or_none()
    return found or identity_id
