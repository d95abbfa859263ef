"""One message's whole life in words a nurse understands, and the list in which she finds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.paging import Page, cut
from app.messaging.purposes import PURPOSES
from app.messaging.reads import CARDS, LANES, templates, text_behind, words_sent
from app.messaging.tables import Attempt, Message
from app.messaging.templates import FIELDS, fields_of
from app.patients.tables import Patient, WechatIdentity
from app.staff.tables import Account

GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "trouble": ("没送到", ("failed", "refused", "unknown", "expired")),
    "waiting": ("等待发送", ("queued", "sending")),
    "sent": ("已发出", ("accepted", "delivered")),
    "cancelled": ("不用再发", ("cancelled", "merged")),
}
"""The tabs of the list: {key: (words, states)}; what needs somebody comes first."""

NEXT_STEPS = {
    "unknown": "微信没有说明这条是否送到。请在会话里问一下患者，或打电话确认；系统不会再自动重发。",
    "failed": "请看下面的原因。要紧的内容请在会话里联系患者，或直接打电话。",
    "refused": "患者屏蔽了这类通知。要紧的内容请直接打电话。",
    "expired": "已经过了有用的时间，没有再发。需要时请另行联系患者。",
}
"""What somebody can do about it, by state."""

_OUTCOMES = {
    "accepted": ("微信收下了", "good"),
    "again": ("微信没有接受，稍后重试", "warn"),
    "next_lane": ("这种方式走不通，换下一种", "warn"),
    "set_aside": ("这种方式暂时用不了，先换下一种", "warn"),
    "hold": ("暂停，等一会儿再发", "warn"),
    "wait_for_event": ("微信没有回答，不确定是否送出", "warn"),
    "give_up": ("微信拒绝了，不再重试", "danger"),
    "expire": ("来不及再试", "danger"),
    "lost": ("发送程序中断，不确定是否送出", "warn"),
    "not_called": ("还没来得及发，重新排队", ""),
}
_ENDS = {
    "delivered": ("送达", "good", "circle-check"),
    "refused": ("患者拒收", "danger", "alert-circle"),
    "failed": ("没有送到", "danger", "alert-circle"),
    "expired": ("过期，不再发送", "", "history"),
    "unknown": ("不确定是否送达", "warn", "help-circle"),
    "cancelled": ("取消", "", "x"),
    "merged": ("没有单独提醒", "", "minus"),
}


@dataclass(frozen=True)
class Row:
    """One message on the list: to whom and why, not what it says."""

    id: str
    to: str
    patient_id: str | None
    title: str
    state: str
    lane: str
    reason: str | None
    due_at: datetime
    waits: str
    """How long it has been due, in words; empty when nothing waits."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened, as the timeline part draws it."""

    at: datetime
    title: str
    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Life:
    """One message with everything that happened to it, newest first."""

    row: Row
    words: str
    """What reached the phone, or is to reach it."""
    behind: str
    """The whole text, where only a card went out and this waits on the page that it opens."""
    link: str | None
    created_at: datetime
    expires_at: datetime
    next_step: str
    entries: Sequence[Entry]


def listed(session: Session, group: str, after: str | None, size: int, now: datetime) -> Page[Row]:
    """A page of one group, newest first. Raises NotFound for an unknown group."""
    states = _states(group)
    wanted = _with_names().where(Message.state.in_(states)).order_by(Message.id.desc()).limit(size + 1)
    if after:
        wanted = wanted.where(Message.id < after)
    rows = [_row(*found, now) for found in session.execute(wanted)]
    return cut(rows, size, lambda row: row.id)


def trouble_since(session: Session, since: datetime) -> int:
    """How many messages have come to nothing since then."""
    lost = select(func.count()).where(Message.state.in_(GROUPS["trouble"][1]), Message.finished_at >= since)
    return session.scalar(lost.select_from(Message)) or 0


def life_of(session: Session, message_id: str, now: datetime) -> Life:
    """One message. Raises NotFound."""
    found = session.execute(_with_names().where(Message.id == message_id)).one_or_none()
    if found is None:
        raise NotFound("没有找到这条消息。", code="message_unknown")
    message, patient_id, name = found
    attempts = session.scalars(
        select(Attempt).where(Attempt.message_id == message_id).order_by(Attempt.started_at, Attempt.id)
    )
    entries = [_born(message), *(_tried(attempt) for attempt in attempts), *_ended(message)]
    return Life(
        row=_row(message, patient_id, name, now),
        words=_words(session, message),
        behind=(message.text or "") if text_behind(message) else "",
        link=message.link,
        created_at=message.created_at,
        expires_at=message.expires_at,
        next_step=NEXT_STEPS.get(message.state, ""),
        entries=entries[::-1],
    )


def _with_names() -> Select[Message, str, str]:
    """Messages with whose they are: a greeting from before the card was activated has its patient since."""
    return (
        select(Message, Patient.id, func.coalesce(Patient.name, Account.name))
        .outerjoin(WechatIdentity, WechatIdentity.id == Message.identity_id)
        .outerjoin(Patient, Patient.id == func.coalesce(Message.patient_id, WechatIdentity.patient_id))
        .outerjoin(Account, Account.id == Message.staff_id)
    )


def _states(group: str) -> tuple[str, ...]:
    if group not in GROUPS:
        raise NotFound("没有这一类消息。", code="group_unknown")
    return GROUPS[group][1]


def _row(message: Message, patient_id: str | None, name: str | None, now: datetime) -> Row:
    waiting = message.state in GROUPS["waiting"][1] and message.due_at < now
    return Row(
        id=message.id,
        to=name or "还没有开卡的关注者",
        patient_id=patient_id,
        title=PURPOSES[message.purpose].title,
        state=message.state,
        lane=LANES.get(message.lane or "", ""),
        reason=message.reason,
        due_at=message.due_at,
        waits=_ago(now - message.due_at) if waiting else "",
    )


def _words(session: Session, message: Message) -> str:
    if message.lane in CARDS:
        return words_sent(message, templates(session))
    return message.text or _card(message)


def _card(message: Message) -> str:
    shown = {name: value for name, value in message.fields.items() if name in fields_of(message.purpose)}
    return "\n".join(f"{FIELDS[name]}：{value}" for name, value in shown.items())


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"


def _born(message: Message) -> Entry:
    by = "医护人员写下" if message.by_person else "系统按安排生成"
    return Entry(message.created_at, by, "", "", "edit" if message.by_person else "clock")


def _tried(attempt: Attempt) -> Entry:
    if attempt.outcome is None:
        return Entry(attempt.started_at, f"交给{LANES[attempt.lane]}", "正等微信回答", "", "send")
    words, tone = _OUTCOMES[attempt.outcome]
    code = f"微信代码 {attempt.errcode}" if attempt.errcode else ""
    reference = f"微信查询号 {attempt.rid}" if attempt.rid else ""
    return Entry(
        attempt.ended_at or attempt.started_at,
        f"{LANES[attempt.lane]}：{words}",
        "，".join(filter(None, (code, reference))),
        tone,
        "send",
    )


def _ended(message: Message) -> list[Entry]:
    if message.state in _ENDS and message.finished_at is not None:
        words, tone, icon = _ENDS[message.state]
        return [Entry(message.finished_at, words, message.reason or "", tone, icon)]
    if message.state == "queued" and message.reason:
        return [Entry(message.due_at, "下一次发送", message.reason, "", "clock")]
    return []
