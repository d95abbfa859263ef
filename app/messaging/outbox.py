"""The outbox: what is owed to whom. A promise is a row, written in the transaction that owes it.

With delivery.py the only writer of a message's state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.once import keep_once
from app.core.queue import ring
from app.messaging.purposes import PURPOSES
from app.messaging.tables import Attempt, Message
from app.patients.tables import WechatIdentity


@dataclass(frozen=True)
class Promise:
    """One thing owed to one person: a patient, a member of staff, or a WeChat identity without a patient."""

    purpose: str
    dedupe: str
    """What makes it this one: `followup:<task id>:0`. A second promise of it gives the first row."""
    patient_id: str | None = None
    staff_id: str | None = None
    identity_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """For the card: what, when, who, where, note, until … Shown on a lock screen: nothing private."""
    text: str | None = None
    """The whole text when it goes through the chat; made of the fields when left out."""
    link: str | None = None
    """A path of the patient pages: /h5/tasks/<id>."""
    urgent: bool = False
    by_person: bool = False
    due_at: datetime | None = None
    """Now, when left out."""
    expires_at: datetime | None = None
    """By the purpose, when left out."""
    origin_kind: str | None = None
    """task, dose, booking, line, alert, card, broadcast."""
    origin_id: str | None = None


def promise(session: Session, owed: Promise, now: datetime) -> Message:
    """Owe it: the new row, or the one that an earlier promise with the same dedupe key made.

    Sent after the commit, by whichever lane is legal then. Raises KeyError for an unknown purpose,
    ValueError for a promise to nobody or with a link that is no path.
    """
    _check(owed)
    row, fresh = keep_once(session, _row(owed, now), Message.dedupe_key)
    if fresh and row.due_at <= now:
        ring(session, bell_of(row))
    return row


def give_origin(message: Message, origin_kind: str, origin_id: str) -> None:
    """What a message without an origin belongs to, known only once it was promised; another's stays."""
    if message.origin_kind is None:
        message.origin_kind, message.origin_id = origin_kind, origin_id


def promised_at(session: Session, origin_kind: str, origin_id: str, at: datetime) -> Sequence[Message]:
    """What was promised for this origin in this very moment."""
    return session.scalars(
        select(Message).where(
            Message.origin_kind == origin_kind, Message.origin_id == origin_id, Message.created_at == at
        )
    ).all()


def advice_of_now(session: Session, patient_id: str, at: datetime) -> Message | None:
    """The first advice promised to the patient in this very moment, while nobody has it in hand."""
    return session.scalars(
        select(Message)
        .where(
            Message.patient_id == patient_id,
            Message.purpose == "advice",
            Message.created_at == at,
            Message.state == "queued",
        )
        .order_by(Message.id)
        .limit(1)
    ).one_or_none()


def begin_with(message: Message, words: str) -> None:
    """Put `words` in front of what is said in the chat, in the same bubble."""
    message.text = f"{words}\n\n{message.text or ''}"


def bell_of(message: Message) -> str:
    """The job that sends this message."""
    return "messaging.send_urgent" if message.urgent else "messaging.send_due"


def cancel_for(
    session: Session,
    origin_kind: str,
    origin_ids: Sequence[str],
    why: str,
    now: datetime,
    *,
    but_to: str | None = None,
) -> int:
    """Stop everything still queued for these origins; how many were stopped. `why` is read by staff.

    What goes to the member of staff `but_to` stays. What a worker has in hand right now goes out, but
    only with this call: it is not tried again.
    """
    live = _waiting(session, origin_kind, origin_ids, "queued", "sending")
    taken_back = [message for message in live if but_to is None or message.staff_id != but_to]
    for message in taken_back:
        message.unwanted = why[:255]
    waiting = [message for message in taken_back if message.state == "queued"]
    for message in waiting:
        cancel(message, why, now)
    return len(waiting)


def reword(
    session: Session, origin_kind: str, origin_ids: Sequence[str], fields: Mapping[str, str], text: str
) -> None:
    """What is still queued for these origins says this instead."""
    for message in _waiting(session, origin_kind, origin_ids, "queued"):
        message.fields, message.text = dict(fields), text


def _waiting(
    session: Session, origin_kind: str, origin_ids: Sequence[str], *states: str
) -> Sequence[Message]:
    """The messages of these origins in these states, locked in the order of their ids."""
    return session.scalars(
        select(Message)
        .where(
            Message.origin_kind == origin_kind, Message.origin_id.in_(origin_ids), Message.state.in_(states)
        )
        .order_by(Message.id)
        .with_for_update()
    ).all()


def start(
    message: Message, lane: str, identity: WechatIdentity, lease_until: datetime, now: datetime
) -> Attempt:
    """It is in this worker's hands until `lease_until` (the machine's time), on its way by `lane`."""
    if message.first_called_at is None or message.lane != lane:
        message.first_called_at = now
    message.state, message.lane, message.lease_until = "sending", lane, lease_until
    message.identity_id, message.app_id = identity.id, identity.app_id
    message.attempts += 1
    return Attempt(id=new_id(), message_id=message.id, lane=lane, started_at=now)


def accepted(message: Message, msgid: str | None, now: datetime) -> None:
    """WeChat took it. Taken is not delivered: its finish event tells."""
    message.state, message.wechat_msgid, message.sent_at = "accepted", msgid, now
    message.lease_until, message.errcode, message.reason = None, None, "微信已收下，等送达回执"
    message.finished_at = None


def put_back(message: Message, due_at: datetime, why: str) -> None:
    """Not now, or not this way: it waits in the queue until `due_at`."""
    message.state, message.due_at, message.reason, message.lease_until = "queued", due_at, why[:255], None


def cancel(message: Message, why: str, now: datetime) -> None:
    """It will not be sent, and that is no failure."""
    _let_go(message, "cancelled", why, now)


def merge(message: Message, why: str, now: datetime) -> None:
    """It will not be sent: a message that went has told of it already."""
    _let_go(message, "merged", why, now)


def _let_go(message: Message, state: str, why: str, now: datetime) -> None:
    message.state, message.reason, message.finished_at, message.lease_until = state, why[:255], now, None


def _check(owed: Promise) -> None:
    if owed.purpose not in PURPOSES:
        raise KeyError(f"{owed.purpose} is no purpose of messaging.purposes")
    if not (owed.patient_id or owed.staff_id or owed.identity_id):
        raise ValueError("A promise needs somebody it is made to.")
    if owed.link is not None and not owed.link.startswith("/"):
        raise ValueError("A promise's link is a path of our own pages.")


def _row(owed: Promise, now: datetime) -> Message:
    purpose = PURPOSES[owed.purpose]
    due_at = owed.due_at or now
    return Message(
        dedupe_key=owed.dedupe,
        patient_id=owed.patient_id,
        staff_id=owed.staff_id,
        identity_id=owed.identity_id,
        purpose=owed.purpose,
        urgent=owed.urgent or owed.by_person or purpose.prompt,
        by_person=owed.by_person,
        fields=dict(owed.fields),
        text=owed.text,
        link=owed.link,
        origin_kind=owed.origin_kind,
        origin_id=owed.origin_id,
        state="queued",
        due_at=due_at,
        expires_at=owed.expires_at or max(due_at, now) + purpose.useful_for,
        created_at=now,
    )
