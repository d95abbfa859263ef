"""After the calls: what WeChat said of each message is written, and what it taught us about the person.

Only the claim that still holds a message records it; a worker that woke up too late changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.messaging import grants, outbox, windows
from app.messaging.delivery import arrived, fail
from app.messaging.purposes import PURPOSES
from app.messaging.rules.channel import MP_SUBSCRIBE, OA_CUSTOM
from app.messaging.rules.retry import Decision, Failure, Next, backoff, decide
from app.messaging.sending import Outcome
from app.messaging.tables import Attempt, Message
from app.messaging.windows import in_doubt
from app.patients import identities
from app.wechat.client import WeChatError
from app.wechat.errcodes import NO_CONSENT, NOT_FOLLOWING, UNKNOWN, WINDOW_SHUT

log = structlog.get_logger(__name__)

STATES = ("sending", "queued", "unknown")
"""Where the sweep leaves a message whose worker it took for dead."""
IN_A_MOMENT = timedelta(seconds=1)


def record(session: Session, outcomes: Sequence[Outcome], now: datetime, jitter: float) -> list[str]:
    """Write down a batch of outcomes; the ids of those that WeChat took. `jitter` (0…1) spreads repeats."""
    held = _held(session, outcomes)
    taken = []
    for outcome in sorted(outcomes, key=lambda each: each.ready.message_id):
        message = held.get(outcome.ready.message_id)
        if message is None or not _is_news(message, outcome):
            log.warning("outbox.recorded_too_late", message=outcome.ready.message_id)
        elif not outcome.called:
            outbox.put_back(message, now + IN_A_MOMENT, "发送较慢，马上再发")
            _note(session, outcome, "not_called", now)
        elif outcome.error is None:
            _accepted(session, message, outcome, now)
            taken.append(message.id)
        else:
            _refused(session, message, outcome, outcome.error, now, jitter)
    return taken


def _held(session: Session, outcomes: Sequence[Outcome]) -> dict[str, Message]:
    """The rows that may still be in our hands, locked in the order of their ids."""
    rows = session.scalars(
        select(Message)
        .where(Message.id.in_([each.ready.message_id for each in outcomes]), Message.state.in_(STATES))
        .order_by(Message.id)
        .with_for_update()
    )
    return {row.id: row for row in rows}


def _is_news(message: Message, outcome: Outcome) -> bool:
    """Whether this claim still holds the message, or nobody else has since and WeChat took it: what the
    sweep could only guess at is known then, and sending it again would be the second time."""
    accepted = outcome.called and outcome.error is None
    return message.attempts == outcome.ready.attempts and (message.state == "sending" or accepted)


def _accepted(session: Session, message: Message, outcome: Outcome, now: datetime) -> None:
    ready, counted = outcome.ready, message.state != "sending"
    outbox.accepted(message, outcome.msgid, now)
    _note(session, outcome, "accepted", now)
    if ready.lane == MP_SUBSCRIBE:
        grants.spend(session, ready.identity_id, ready.template_id, ready.first_called_at, now)
    elif ready.lane == OA_CUSTOM:
        if not counted:  # The sweep has counted what it took for lost.
            windows.spend(session, ready.identity_id)
        # A chat message has no finish event: taken, it stands in the chat.
        arrived(session, message, "已出现在患者的聊天里", now)


def _refused(
    session: Session, message: Message, outcome: Outcome, error: WeChatError, now: datetime, jitter: float
) -> None:
    _learn(session, outcome, error, now)
    message.errcode = error.errcode
    decision = decide(failure_of(session, message, error.kind, error.errcode), now, jitter)
    log.warning(
        "outbox.refused", message=message.id, lane=message.lane, kind=error.kind,
        errcode=error.errcode, rid=error.rid, about=error.about, then=decision.action.value,
    )  # fmt: skip
    _note(session, outcome, decision.action.value, now)
    follow(session, message, decision, now, jitter, about=error.about if error.errcode else "")


def failure_of(session: Session, message: Message, kind: str, errcode: int | None = None) -> Failure:
    """The failed call of a started message, as the rule reads it."""
    assert message.lane is not None and message.first_called_at is not None  # noqa: S101 - it was started
    return Failure(
        kind,
        message.lane,
        _tries(session, message),
        message.first_called_at,
        message.expires_at,
        errcode,
        message.urgent,
    )


def _tries(session: Session, message: Message) -> int:
    """The call that failed just now, and those before it that were made again without waiting for anybody."""
    again = select(func.count()).select_from(Attempt)
    made = again.where(Attempt.message_id == message.id, Attempt.outcome == Next.AGAIN.value)
    return session.scalars(made).one() + 1


def follow(
    session: Session, message: Message, decision: Decision, now: datetime, jitter: float, about: str = ""
) -> None:
    """Do what the rule decided after a failed call."""
    reason = f"{decision.reason}（{about}）" if about else decision.reason
    if message.unwanted:
        # Taken back meanwhile: whether this call came through is nobody's worry any more.
        outbox.cancel(message, message.unwanted, now)
    elif decision.action in (Next.AGAIN, Next.HOLD) and decision.at is not None:
        outbox.put_back(message, decision.at, reason)
    elif decision.action in (Next.NEXT_LANE, Next.SET_ASIDE):
        outbox.put_back(message, now, reason)
    elif decision.action is Next.WAIT_FOR_EVENT and _may_double(session, message):
        outbox.put_back(
            message, now + backoff(_tries(session, message), jitter), "不确定是否送出；很要紧，宁可再发一次"
        )
    elif decision.action is Next.WAIT_FOR_EVENT:
        fail(session, message, "unknown", reason, now)
    elif decision.action is Next.EXPIRE:
        fail(session, message, "expired", reason, now)
    else:
        fail(session, message, "failed", reason, now)


def _may_double(session: Session, message: Message) -> bool:
    """Twice is better than never for what is pressing; a third time is a telephone call."""
    if not PURPOSES[message.purpose].may_double:
        return False
    doubted = select(func.count()).select_from(Attempt)
    return session.scalars(doubted.where(Attempt.message_id == message.id, in_doubt())).one() <= 1


def _learn(session: Session, outcome: Outcome, error: WeChatError, now: datetime) -> None:
    """What the refusal says about the person: subscription gone, not following, window shut.

    Of a chat message without an answer it says that WeChat may have counted it.
    """
    ready = outcome.ready
    if error.kind == UNKNOWN and ready.lane == OA_CUSTOM:
        windows.spend(session, ready.identity_id)
    elif error.kind == NO_CONSENT:
        grants.refuse(session, ready.identity_id, ready.template_id, now)
    elif error.errcode == NOT_FOLLOWING:
        identities.note_unfollow(session, ready.app_id, ready.openid, now)
    elif error.errcode in WINDOW_SHUT:
        windows.close(session, ready.identity_id, now)


def _note(session: Session, outcome: Outcome, what: str, now: datetime) -> None:
    error = outcome.error
    session.execute(
        update(Attempt)
        .where(Attempt.id == outcome.ready.attempt_id)
        .values(
            ended_at=now,
            outcome=what,
            errcode=error.errcode if error else None,
            rid=error.rid if error else None,
        )
        .execution_options(synchronize_session=False)
    )


def recover(session: Session, message: Message, now: datetime, jitter: float) -> None:
    """Its worker died between the claim and the record: nobody knows whether WeChat was asked."""
    session.execute(
        update(Attempt)
        .where(Attempt.message_id == message.id, Attempt.ended_at.is_(None))
        .values(ended_at=now, outcome="lost")
        .execution_options(synchronize_session=False)
    )
    if message.lane == OA_CUSTOM and message.identity_id is not None:
        windows.spend(session, message.identity_id)
    follow(session, message, decide(failure_of(session, message, UNKNOWN), now, jitter), now, jitter)
