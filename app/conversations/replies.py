"""What staff write: by a message while WeChat's window is open, else by a card that leads to the page.

Nothing is sent from here: each line promises its message, whose state is the line's state.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.conversations.events import CallAsked, StaffReplied, TalkResolved
from app.conversations.inbox import fitting
from app.conversations.knocking import promise_card
from app.conversations.tables import Conversation, Line
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.ids import new_id, token_hash
from app.core.once import keep_once
from app.messaging.outbox import Promise, promise
from app.messaging.windows import reply_state


class WindowClosed(Conflict):
    """WeChat takes no free message for this person now; a card or a call is the legal way."""

    code = "window_closed"


FIRST_TO_ANSWER = "最先回复了这位患者，就由这位同事继续"
"""Why a talk nobody had is now somebody's; shown behind the name."""


def reply(
    session: Session, actor: Actor, conversation_id: str, text: str, request_id: str, now: datetime
) -> Line:
    """Write to the patient's chat; the same request gives the same line.

    Raises NotFound, Invalid (empty, too_long), WindowClosed.
    """
    conversation = locked(session, conversation_id)
    line, is_new = _write(session, actor, conversation, text, request_id, now)
    if not is_new:
        return line
    left, until = reply_state(session, conversation.identity_id, now)
    if not left:
        raise WindowClosed("微信窗口已关，消息发不出去。可以改发留言卡片，或者打电话。")
    message = promise(
        session,
        Promise(
            purpose="nurse_message",
            dedupe=f"nurse_message:{line.id}",
            patient_id=conversation.patient_id,
            identity_id=conversation.identity_id,
            text=line.body,
            by_person=True,
            urgent=True,
            expires_at=until,
            origin_kind="line",
            origin_id=line.id,
        ),
        now,
    )
    line.message_id = message.id
    _answered(session, actor, conversation, line, now)
    return line


def knock(
    session: Session, actor: Actor, conversation_id: str, text: str, request_id: str, now: datetime
) -> Line:
    """Leave the text on the patient's page and knock with a template card that leads there.

    Raises NotFound, Invalid (empty, too_long), Conflict (too_many_cards).
    """
    conversation = locked(session, conversation_id)
    line, is_new = _write(session, actor, conversation, text, request_id, now)
    if not is_new:
        return line
    line.message_id = promise_card(session, conversation, line, actor.id, now).id
    _answered(session, actor, conversation, line, now)
    return line


def note(
    session: Session, actor: Actor, conversation_id: str, text: str, request_id: str, now: datetime
) -> Line:
    """A remark for colleagues; it never leaves the house. Raises NotFound, Invalid (empty, too_long)."""
    conversation = locked(session, conversation_id)
    line, is_new = _write(session, actor, conversation, text, request_id, now, author_kind="note")
    if is_new:
        record_change(
            session, actor, "conversation", conversation.id, "noted", now, patient_id=conversation.patient_id
        )
    return line


def ask_for_call(
    session: Session, actor: Actor, conversation_id: str, why: str, request_id: str, now: datetime
) -> Line:
    """Open a call task and note why. Raises NotFound, Invalid (empty, too_long), Conflict (no_card)."""
    conversation = locked(session, conversation_id)
    if conversation.patient_id is None:
        raise Conflict("对方还没有开卡，没有电话可打。", code="no_card")
    line, is_new = _write(session, actor, conversation, why, request_id, now, author_kind="note")
    if is_new:
        publish(
            session,
            CallAsked(conversation.id, line.id, conversation.patient_id, actor.id, line.body, now),
        )
        record_change(
            session,
            actor,
            "conversation",
            conversation.id,
            "call_asked",
            now,
            patient_id=conversation.patient_id,
        )
    return line


def take(session: Session, actor: Actor, conversation_id: str, now: datetime) -> Conversation:
    """The member of staff looks after this conversation from now on."""
    conversation = locked(session, conversation_id)
    if conversation.assignee_id != actor.id:
        conversation.assignee_id, conversation.assigned_because = actor.id, "主动接手，由这位同事继续"
        record_change(
            session, actor, "conversation", conversation.id, "taken", now, patient_id=conversation.patient_id
        )
    return conversation


def resolve(
    session: Session, actor: Actor, conversation_id: str, outcome: str, request_id: str, now: datetime
) -> Conversation:
    """Close the conversation with one line for colleagues. Raises NotFound, Invalid (empty, too_long)."""
    conversation = locked(session, conversation_id)
    if not outcome.strip():
        raise Invalid("请用一句话写明结果，例如：已解释用药时间。", code="empty", field="outcome")
    line, is_new = _write(
        session, actor, conversation, f"办结：{outcome.strip()}", request_id, now, author_kind="note"
    )
    if is_new:
        conversation.state, conversation.waiting_since, conversation.danger_since = "resolved", None, None
        record_change(
            session,
            actor,
            "conversation",
            conversation.id,
            "resolved",
            now,
            patient_id=conversation.patient_id,
            line=line.id,
        )
        publish(
            session,
            TalkResolved(conversation.id, conversation.patient_id, conversation.identity_id, actor.id, now),
        )
    return conversation


def locked(session: Session, conversation_id: str) -> Conversation:
    """The conversation, locked. Raises NotFound."""
    found = session.scalars(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("没有找到这个对话。")
    return found


def _write(
    session: Session,
    actor: Actor,
    conversation: Conversation,
    text: str,
    request_id: str,
    now: datetime,
    *,
    author_kind: str = "staff",
) -> tuple[Line, bool]:
    line = Line(
        id=new_id(),
        conversation_id=conversation.id,
        author_kind=author_kind,
        author_id=actor.id,
        kind="text",
        body=fitting(text),
        media_id=None,
        media_path=None,
        wechat_msg_key=None,
        message_id=None,
        # Bound to writer and talk, so that nobody's request id answers with another line.
        request_id=token_hash(f"{conversation.id}:{actor.id}:{request_id}"),
        at=now,
    )
    return keep_once(session, line, Line.request_id)


def _answered(session: Session, actor: Actor, conversation: Conversation, line: Line, now: datetime) -> None:
    conversation.state, conversation.waiting_since, conversation.danger_since = "open", None, None
    conversation.last_line_at = now
    if conversation.assignee_id is None:
        conversation.assignee_id, conversation.assigned_because = actor.id, FIRST_TO_ANSWER
    record_change(
        session,
        actor,
        "conversation",
        conversation.id,
        "replied",
        now,
        patient_id=conversation.patient_id,
        line=line.id,
    )
    publish(
        session,
        StaffReplied(
            conversation.id, line.id, conversation.patient_id, conversation.identity_id, actor.id, now
        ),
    )
