"""Taking what is due: for each message one legal lane and everything the call needs, before anybody calls.

A claim is one short transaction without the network. What may not go now is held, cancelled or failed
here, with the reason in words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from app.core import clock
from app.core.errors import Invalid
from app.core.fence import fenced
from app.messaging import outbox
from app.messaging.delivery import expire, fail, fail_unread
from app.messaging.purposes import PURPOSES, Purpose
from app.messaging.reach import Facts, facts_of
from app.messaging.rules.channel import (
    CARDS_A_DAY,
    MP_SUBSCRIBE,
    OA_CUSTOM,
    OA_TEMPLATE,
    Choice,
    choose_lane,
)
from app.messaging.rules.chat_text import chat_text, with_link
from app.messaging.rules.fill import HINT, fill
from app.messaging.rules.quiet_hours import next_allowed
from app.messaging.rules.retry import CIRCUIT_PAUSE, DEDUPING_LANES, PROTECTED
from app.messaging.tables import Attempt, Message, Template

LIMIT = 200
BROKEN = "程序处理出错，请联系信息科"
LANES_BROKEN = "模板、账号或额度有问题，又没有别的方式"
TOO_LONG = timedelta(hours=1)
"""From the first call on: what is urgent is told on the telephone sooner."""
WHO = (Message.patient_id, Message.staff_id, Message.identity_id)
"""Whose message it is: enough to know without reading it."""
Owed = TypeVar("Owed", bound=Any)


@dataclass(frozen=True)
class Ready:
    """One message in our hands, with all that its call needs; holds no row of the database."""

    message_id: str
    attempt_id: str
    attempts: int
    """Fences off whoever held it before: only this claim's outcome is recorded."""
    purpose: str
    lane: str
    openid: str
    app_id: str
    identity_id: str
    template_id: str
    data: dict[str, str]
    text: str
    url: str
    page: str
    lease_until: datetime
    first_called_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Claim:
    """What a look into the outbox found: `looked` rows were due, of which these are to be sent."""

    looked: int
    ready: Sequence[Ready]


def claim(
    session: Session, urgent: bool, public_url: str, now: datetime, lease_until: datetime, limit: int = LIMIT
) -> Claim:
    """Take what is due, at most one message a person; the others of that person come with the next look."""
    due = _due(urgent, now).limit(limit)
    taken: list[Claim] = []
    take = partial(_take, session, public_url=public_url, now=now, lease_until=lease_until)
    if fenced(session, "messaging.claim", "all", partial(_append, taken, take, due)):
        return taken[0]
    # One of them is bad. Read apart, the others go on and the bad one is told of.
    alone = session.execute(due.with_only_columns(Message.id, *WHO)).all()
    for row in _one_a_person(alone):
        one = due.where(Message.id == row.id)
        if not fenced(session, "messaging.claim", row.id, partial(_append, taken, take, one)):
            fail_unread(session, row.id, BROKEN, now)
    return Claim(len(alone), [ready for claimed in taken for ready in claimed.ready])


def _append(taken: list[Claim], take: Callable[[Select[Message]], Claim], which: Select[Message]) -> None:
    taken.append(take(which))


def _take(
    session: Session, which: Select[Message], public_url: str, now: datetime, lease_until: datetime
) -> Claim:
    due = _one_a_person(session.scalars(which).all())
    facts = facts_of(session, due, now)
    ready = []
    for message in due:
        held = _held_back(session, message, facts[message.id], now)
        if not held and (one := _prepare(session, message, facts[message.id], public_url, now, lease_until)):
            ready.append(one)
    return Claim(len(due), ready)


def _due(urgent: bool, now: datetime) -> Select[Message]:
    """Rows another worker has locked are skipped; on SQLite the transaction itself keeps others out."""
    due = (
        select(Message)
        # `=` and not IS: MariaDB finds the due ones by the index only so.
        .where(Message.urgent == urgent, Message.state == "queued", Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .with_for_update(skip_locked=True)
    )
    if urgent:
        return due
    # WeChat refuses two calls at once for one person (43108), and each send changes what the next may do.
    other = aliased(Message)
    on_its_way = exists().where(other.patient_id == Message.patient_id, other.state == "sending")
    return due.where(~on_its_way)


def _one_a_person(due: Sequence[Owed]) -> list[Owed]:
    first: dict[str, Owed] = {}
    for message in due:
        first.setdefault(message.patient_id or message.staff_id or message.identity_id or "", message)
    return list(first.values())


def _held_back(session: Session, message: Message, facts: Facts, now: datetime) -> bool:
    """Whether it must not go, or not now; its row then says why."""
    purpose = PURPOSES[message.purpose]
    if message.expires_at <= now:
        expire(session, message, now)
    elif why := message.unwanted or _unwanted(purpose, facts):
        outbox.cancel(message, why, now)
    elif purpose.quiet_hours and not message.urgent:
        allowed = next_allowed(now, clock.zone())
        if allowed.at <= now:
            return False
        outbox.put_back(message, allowed.at, allowed.because)
    else:
        return False
    return True


def _unwanted(purpose: Purpose, facts: Facts) -> str | None:
    if purpose.needs_consent and not facts.reach.consented:
        return "患者没有同意接收提醒，或已撤回"
    status = facts.patient.status if facts.patient else "active"
    if purpose.needs_active_file and status != "active":
        return "患者档案不在随访状态，自动提醒已停"
    if status == "deceased" and purpose.automation and not purpose.prompt:
        return "患者已去世，自动消息已停"
    return None


def _prepare(
    session: Session, message: Message, facts: Facts, public_url: str, now: datetime, lease_until: datetime
) -> Ready | None:
    purpose = PURPOSES[message.purpose]
    choice = choose_lane(facts.reach, purpose, now)
    lanes = [each.lane for each in choice.legal if each.lane not in facts.closed]
    sound = [each for each in lanes if each not in facts.set_aside]
    lane = message.lane if _is_remembered(message, now) and message.lane in sound else next(iter(sound), None)
    if lane is None and lanes:
        _wait_for_a_lane(session, message, min(facts.set_aside[each] for each in lanes), now)
        return None
    if lane is None:
        _nothing_left(session, message, facts, choice, now)
        return None
    try:
        return _ready(session, message, facts, lane, public_url, now, lease_until)
    except Invalid as error:
        fail(session, message, "failed", f"内容不合微信模板的要求：{error.message}", now)
        return None


def _is_remembered(message: Message, now: datetime) -> bool:
    """Whether WeChat would know a repeat by its client_msg_id: another lane might tell it a second time."""
    called = message.first_called_at
    return called is not None and message.lane in DEDUPING_LANES and now < called + PROTECTED


def _wait_for_a_lane(session: Session, message: Message, until: datetime, now: datetime) -> None:
    """Every lane that is open to this person is broken for everybody; a chat may open before they are mended.

    Staff are reached by the ladder of the alerts as well; a patient by nobody until this has failed.
    """
    if until >= message.expires_at:
        fail(session, message, "expired", f"{LANES_BROKEN}，恢复时已经过了有效时间", now)
    elif message.patient_id is not None and until > (message.first_called_at or now) + TOO_LONG:
        fail(session, message, "failed", f"{LANES_BROKEN}，一小时内恢复不了", now)
    else:
        look_again = min(until, now + CIRCUIT_PAUSE)
        outbox.put_back(message, look_again, f"{LANES_BROKEN}；稍后自动再试，请管理员检查")


def _nothing_left(session: Session, message: Message, facts: Facts, choice: Choice, now: datetime) -> None:
    purpose = PURPOSES[message.purpose]
    why = [each.reason for each in choice.closed if each.lane in purpose.lanes]
    if facts.closed:
        why.append("试过的方式微信没有接受")
    reason = "；".join(dict.fromkeys(why))
    if purpose.one_card_a_day and facts.reach.cards_today >= CARDS_A_DAY:
        outbox.merge(message, "患者没有打开到点提醒，今天的提醒卡已经发过一张，这次没有单独提醒", now)
    elif purpose.courtesy:
        outbox.cancel(message, reason, now)
    else:
        fail(session, message, "failed", f"没有能到达的方式：{reason}", now)


def _ready(
    session: Session,
    message: Message,
    facts: Facts,
    lane: str,
    public_url: str,
    now: datetime,
    lease_until: datetime,
) -> Ready:
    """Fill the call and start the message. Raises Invalid, before anything changes."""
    template = {OA_TEMPLATE: facts.template, MP_SUBSCRIBE: facts.subscription}.get(lane)
    identity = facts.mp if lane == MP_SUBSCRIBE else facts.oa
    assert identity is not None  # noqa: S101 - the lane is legal, so there is somebody
    url = f"{public_url}{message.link}" if message.link else ""
    fields = _fields_for(message, facts)
    data = fill(template.keys, _texts(fields)) if template else {}
    # Lists tell what stood on the card from the fields, so these are what was sent.
    message.fields = fields
    attempt: Attempt = outbox.start(message, lane, identity, lease_until, now)
    session.add(attempt)
    return Ready(
        message_id=message.id,
        attempt_id=attempt.id,
        attempts=message.attempts,
        purpose=message.purpose,
        lane=lane,
        openid=identity.openid,
        app_id=identity.app_id,
        identity_id=identity.id,
        template_id=template.wechat_template_id if template else "",
        data=data,
        text=with_link(message.text or _words(message, facts.template), url) if lane == OA_CUSTOM else "",
        url=url,
        page=f"pages/open?to={quote(message.link)}" if message.link else "",
        lease_until=lease_until,
        first_called_at=message.first_called_at or now,
        expires_at=message.expires_at,
    )


def _fields_for(message: Message, facts: Facts) -> dict[str, Any]:
    """Nobody is told to answer in a service account that they do not follow."""
    return {name: value for name, value in message.fields.items() if name != HINT or facts.reach.following}


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


def _words(message: Message, template: Template | None) -> str:
    title = PURPOSES[message.purpose].title
    if template is None:
        return chat_text(title, "", {}, _texts(message.fields))
    return chat_text(title, template.content, template.keys, _texts(message.fields))
