"""A broadcast's way out, one recorded step after the other, so that a restart goes on where it stopped.

Only the claim that still holds the lease records a step: a worker that was slow for too long hears of it
(LeaseLost) and leaves the broadcast to whoever took it over.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.audit.trail import SYSTEM, record_change
from app.core.db import changed
from app.education.articles import find as find_article
from app.education.articles import version_of
from app.education.audience import recipients_now
from app.education.rules.audience import Candidate, why_not
from app.education.tables import Article, ArticleVersion, Broadcast, Recipient
from app.patients.tables import WechatIdentity

LEASE = timedelta(minutes=2)
TAG_BATCH = 50
"""Followers one tagging call takes: docs/sources.md#wechat-tags."""
REPORT_WITHIN = timedelta(days=1)
"""After so long without a finish event the WeChat tag has done its work all the same."""

WITHDRAWN = "文章已经撤回"
NOBODY_LEFT = "审批以后，选定的人都不能再收了"


class LeaseLost(Exception):
    """Somebody else works on this broadcast now, or it is over."""


@dataclass(frozen=True)
class Step:
    """A claimed broadcast as the job sees it: the version that was approved, and how far it came."""

    id: str
    lease_until: datetime
    """The machine's time; of this claim only, so that it tells it from every other."""
    article: ArticleVersion
    withdrawn: bool
    asked_at: datetime | None
    wechat_tag_id: int | None
    wechat_media_id: str | None

    @property
    def tag_name(self) -> str:
        """A WeChat tag of this broadcast only (30 characters at most); taken away when it is finished."""
        return f"suihu-{self.id[-16:]}"


@dataclass(frozen=True)
class Batch:
    """Followers whose tag is to change, and those who get nothing after all."""

    openids: Mapping[str, str]
    """{identity: openid} to tell WeChat."""
    left_out: Mapping[str, str]
    """{identity: reason} to note."""


def claim(session: Session, now: datetime, lease_from: datetime) -> Step | None:
    """Take one approved broadcast, or one whose worker stopped halfway; it is ours until the lease ends.

    `now` is the hospital's time, `lease_from` the machine's.
    """
    free = or_(Broadcast.lease_until.is_(None), Broadcast.lease_until < lease_from)
    waiting = and_(Broadcast.state.in_(("approved", "sending")), Broadcast.send_at <= now, free)
    broadcast_id = session.scalar(select(Broadcast.id).where(waiting).order_by(Broadcast.send_at).limit(1))
    if broadcast_id is None:
        return None
    taken = changed(
        session,
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, waiting)
        .values(state="sending", lease_until=lease_from + LEASE),
    )
    return _step(session, broadcast_id, lease_from + LEASE) if taken else None


def hold(session: Session, broadcast_id: str, lease: datetime, lease_from: datetime) -> datetime:
    """Still at work: nobody else takes it for another while. The new lease. Raises LeaseLost."""
    longer = lease_from + LEASE
    _set(session, broadcast_id, lease, lease_until=longer)
    return longer


def note_tag(session: Session, broadcast_id: str, lease: datetime, tag_id: int) -> None:
    """The broadcast's own WeChat tag was made. Raises LeaseLost."""
    _set(session, broadcast_id, lease, wechat_tag_id=tag_id)


def to_tag(session: Session, broadcast_id: str, now: datetime) -> Batch:
    """The next followers, looked at once more: who withdrew since the approval is left out."""
    waiting = recipients_now(session, broadcast_id, Recipient.tagged_at.is_(None), now, TAG_BATCH)
    fit = [one.identity_id for one in waiting if why_not(one) is None and one.identity_id]
    return Batch(_openids(session, fit), _reasons(waiting))


def to_untag(session: Session, broadcast_id: str, now: datetime) -> Batch:
    """The last look before it goes: those who carry the tag and may no longer get it, with why."""
    carrying = recipients_now(session, broadcast_id, Recipient.tagged_at.is_not(None), now)
    reasons = _reasons(carrying)
    return Batch(_openids(session, list(reasons)), reasons)


def anybody_left(session: Session, broadcast_id: str) -> bool:
    """Whether the broadcast still reaches anybody."""
    mine = (Recipient.broadcast_id == broadcast_id) & Recipient.left_out.is_(None)
    return session.scalar(select(Recipient.identity_id).where(mine).limit(1)) is not None


def note_tagged(session: Session, broadcast_id: str, identity_ids: Sequence[str], now: datetime) -> None:
    """These followers carry the tag."""
    _mark(session, broadcast_id, identity_ids, tagged_at=now)


def note_left_out(session: Session, broadcast_id: str, reasons: Mapping[str, str]) -> None:
    """These recipients {identity: reason} get nothing."""
    for reason in set(reasons.values()):
        _mark(session, broadcast_id, [one for one in reasons if reasons[one] == reason], left_out=reason)


def note_draft(session: Session, broadcast_id: str, lease: datetime, media_id: str) -> None:
    """WeChat holds the article's draft. Raises LeaseLost."""
    _set(session, broadcast_id, lease, wechat_media_id=media_id)


def note_asking(session: Session, broadcast_id: str, lease: datetime, now: datetime) -> str | None:
    """WeChat is asked to send in a moment: from here on it may be out; or the reason why it must not go.

    The article stays locked meanwhile: who withdraws it comes before this moment or after it.
    Raises LeaseLost.
    """
    if _article_state(session, broadcast_id) == "withdrawn":
        return WITHDRAWN
    if not anybody_left(session, broadcast_id):
        return NOBODY_LEFT
    asked = func.coalesce(Broadcast.asked_at, now)
    _set(session, broadcast_id, lease, asked_at=asked)
    return None


def _article_state(session: Session, broadcast_id: str) -> str:
    article_id = select(Broadcast.article_id).where(Broadcast.id == broadcast_id).scalar_subquery()
    return session.scalars(select(Article.state).where(Article.id == article_id).with_for_update()).one()


def note_sent(session: Session, broadcast_id: str, msg_id: str, now: datetime) -> None:
    """WeChat took it; its finish event brings the numbers. A second worker's word changes nothing.

    Needs no lease: it is out, whoever says so.
    """
    counts = session.get_one(Broadcast, broadcast_id).counts
    taken = changed(
        session,
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state == "sending")
        .values(
            state="sent",
            wechat_msg_id=msg_id,
            sent_at=now,
            lease_until=None,
            reason=None,
            counts={**counts, "left_out": _left_out(session, broadcast_id)},
        ),
    )
    if taken:
        record_change(session, SYSTEM, "broadcast", broadcast_id, "sent", now)


def note_later(session: Session, broadcast_id: str, lease: datetime, until: datetime, reason: str) -> None:
    """WeChat is busy: go on at the same step after `until` (machine time). Raises LeaseLost."""
    _set(session, broadcast_id, lease, lease_until=until, reason=reason)


def note_over(
    session: Session, broadcast_id: str, lease: datetime, state: str, reason: str, now: datetime
) -> None:
    """It ends here, `failed` or `unknown`; staff read why. Raises LeaseLost."""
    _set(session, broadcast_id, lease, state=state, reason=reason, lease_until=None, finished_at=now)
    record_change(session, SYSTEM, "broadcast", broadcast_id, state, now)


def spent_tags(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    """Broadcasts that have ended and whose WeChat tag is still there: an account has a hundred tags only."""
    over = or_(
        Broadcast.state.in_(("finished", "failed", "unknown")),
        and_(Broadcast.state == "sent", Broadcast.sent_at < now - REPORT_WITHIN),
    )
    rows = session.execute(
        select(Broadcast.id, Broadcast.wechat_tag_id).where(over, Broadcast.wechat_tag_id.is_not(None))
    )
    return [(broadcast_id, tag_id) for broadcast_id, tag_id in rows if tag_id is not None]


def forget_tag(session: Session, broadcast_id: str) -> None:
    """The WeChat tag was taken away."""
    session.execute(update(Broadcast).where(Broadcast.id == broadcast_id).values(wechat_tag_id=None))


def _reasons(candidates: Sequence[Candidate]) -> dict[str, str]:
    found = {one.identity_id: why_not(one) for one in candidates}
    return {identity_id: reason for identity_id, reason in found.items() if identity_id and reason}


def _openids(session: Session, identity_ids: Sequence[str]) -> dict[str, str]:
    rows = session.execute(
        select(WechatIdentity.id, WechatIdentity.openid)
        .where(WechatIdentity.id.in_(identity_ids))
        .order_by(WechatIdentity.id)
    )
    return {identity_id: openid for identity_id, openid in rows}


def _left_out(session: Session, broadcast_id: str) -> dict[str, int]:
    reasons = select(Recipient.left_out).where(
        Recipient.broadcast_id == broadcast_id, Recipient.left_out.is_not(None)
    )
    return dict(Counter(session.scalars(reasons)))


def _mark(session: Session, broadcast_id: str, identity_ids: Sequence[str], **values: object) -> None:
    session.execute(
        update(Recipient)
        .where(Recipient.broadcast_id == broadcast_id, Recipient.identity_id.in_(identity_ids))
        .values(**values)
    )


def _set(session: Session, broadcast_id: str, lease: datetime, **values: object) -> None:
    """Write what was done, for as long as it is this claim's to do."""
    ours = (
        Broadcast.id == broadcast_id, Broadcast.state == "sending", Broadcast.lease_until == lease
    )  # fmt: skip
    if not changed(session, update(Broadcast).where(*ours).values(**values)):
        raise LeaseLost(broadcast_id)


def _step(session: Session, broadcast_id: str, lease_until: datetime) -> Step:
    broadcast = session.get_one(Broadcast, broadcast_id)
    session.refresh(broadcast)
    return Step(
        id=broadcast.id,
        lease_until=lease_until,
        article=version_of(session, broadcast.article_id, broadcast.article_version),
        withdrawn=find_article(session, broadcast.article_id).state == "withdrawn",
        asked_at=broadcast.asked_at,
        wechat_tag_id=broadcast.wechat_tag_id,
        wechat_media_id=broadcast.wechat_media_id,
    )
