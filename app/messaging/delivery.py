"""How a message ended: WeChat's finish event and our record of the send, joined by msgid, either one first.

With outbox.py the only writer of a message's state.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from app.core.events import publish
from app.messaging import grants, outbox
from app.messaging.events import MessageFailed
from app.messaging.purposes import template_of
from app.messaging.tables import DeliveryReport, Message, Template

LATELY = timedelta(hours=1)
"""How far the sweep looks back for reports whose message did not know of them: both are seconds old."""


def record(session: Session, app_id: str, msgid: str, status: str, now: datetime) -> None:
    """WeChat told how a send ended. Kept by msgid; repeated, it changes nothing."""
    known = session.scalar(
        select(DeliveryReport.id).where(DeliveryReport.app_id == app_id, DeliveryReport.wechat_msgid == msgid)
    )
    if known is None:
        session.add(DeliveryReport(app_id=app_id, wechat_msgid=msgid, status=status[:64], at=now))
        session.flush()
    _close_reported(session, and_(Message.app_id == app_id, Message.wechat_msgid == msgid), now)


def join_reports(session: Session, message_ids: Sequence[str], now: datetime) -> None:
    """Close those of these messages whose finish event was faster than our record of the send."""
    _close_reported(session, Message.id.in_(message_ids), now)


def join_late_reports(session: Session, now: datetime, limit: int = 500) -> None:
    """Close whatever two transactions crossing each other left open.

    Begins with the reports of the last hour: of subscription messages WeChat reports failures only, so
    that what it took stays accepted and would be looked through for ever.
    """
    _close_reported(session, DeliveryReport.at > now - LATELY, now, limit)


def fail(session: Session, message: Message, state: str, reason: str, now: datetime) -> None:
    """End a message that will not arrive (failed, refused, expired, unknown), and tell the house.

    Of one that was taken back meanwhile nobody is told: it is cancelled.
    """
    if message.unwanted:
        outbox.cancel(message, message.unwanted, now)
        return
    message.state, message.reason, message.finished_at = state, reason[:255], now
    message.lease_until = None
    session.flush()
    publish(
        session,
        MessageFailed(
            message_id=message.id,
            patient_id=message.patient_id,
            purpose=message.purpose,
            state=state,
            reason=message.reason,
            origin_kind=message.origin_kind,
            origin_id=message.origin_id,
            urgent=message.urgent,
            at=now,
        ),
    )


def expire(session: Session, message: Message, now: datetime) -> None:
    """End a message that is too late to be of use."""
    why = f"过了有效时间没有发出（{message.reason}）" if message.reason else "过了有效时间没有发出"
    fail(session, message, "expired", why, now)


def fail_unread(session: Session, message_id: str, reason: str, now: datetime) -> None:
    """End a message that cannot even be read: by its id alone, without opening what is sealed in it."""
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(state="failed", reason=reason, finished_at=now, lease_until=None)
        .execution_options(synchronize_session="fetch")
    )
    about = session.execute(
        select(
            Message.patient_id, Message.purpose, Message.origin_kind, Message.origin_id, Message.urgent
        ).where(Message.id == message_id)
    ).one()
    publish(
        session,
        MessageFailed(message_id=message_id, state="failed", reason=reason, at=now, **about._asdict()),
    )


def arrived(session: Session, message: Message, reason: str, now: datetime) -> None:
    """End a message that arrived."""
    message.state, message.reason, message.finished_at = "delivered", reason, now
    session.flush()


def _close_reported(session: Session, which: object, now: datetime, limit: int | None = None) -> None:
    found = session.execute(
        select(Message, DeliveryReport.status)
        .join(
            DeliveryReport,
            and_(
                DeliveryReport.app_id == Message.app_id, DeliveryReport.wechat_msgid == Message.wechat_msgid
            ),
        )
        .where(which, Message.state == "accepted")  # type: ignore[arg-type]
        .limit(limit)
    ).all()
    # Ordered here: asked for the first by id, the database would go through all that are accepted.
    for message, status in sorted(found, key=lambda row: row[0].id):
        _close(session, message, status, now)


def _close(session: Session, message: Message, status: str, now: datetime) -> None:
    # "failed:user block", "failed: system failed": copies of WeChat's page differ in the space.
    told = status.replace(" ", "").lower()
    if told == "success":
        arrived(session, message, "微信已送到患者手机", now)
    elif "userblock" in told:
        _close_lane(session, message, now)
        fail(session, message, "refused", "患者在微信里屏蔽了这类通知，没有收到", now)
    else:
        fail(session, message, "failed", "微信收下后没有送到（微信系统原因）", now)


def _close_lane(session: Session, message: Message, now: datetime) -> None:
    """The person blocked this template: the next message of its kind takes another way."""
    purpose = template_of(message.purpose)
    template = session.scalars(
        select(Template).where(Template.lane == message.lane, Template.purpose == purpose)
    ).one_or_none()
    if template is not None and message.identity_id is not None:
        grants.refuse(session, message.identity_id, template.wechat_template_id, now)
