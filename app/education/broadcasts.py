"""Broadcasts: drafted for a tag, tested, approved by a second person, finished by WeChat's numbers."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.db import changed
from app.core.errors import Conflict, Invalid, NotFound
from app.core.queue import ring
from app.education import articles
from app.education.audience import audience_of, carried
from app.education.rules.approval import CANCELLABLE, ensure_second_person, ensure_state, ensure_tested
from app.education.rules.audience import Audience
from app.education.tables import Article, Broadcast, Recipient
from app.messaging.rules.quiet_hours import next_allowed

LONGEST_TAG = 32


def draft(
    session: Session, actor: Actor, article_id: str, tag: str, request_id: str, now: datetime
) -> Broadcast:
    """Draft a broadcast of an article to everybody with a tag; the same request_id gives the first one.

    Raises Invalid missing (no tag), tag_unknown (nobody carries it); NotFound for an unknown article;
    Conflict request_id_taken for another article or tag under a request that is kept already.
    """
    earlier = session.scalar(select(Broadcast).where(Broadcast.request_id == request_id))
    if earlier is not None:
        return _same_as(earlier, article_id, tag.strip())
    if not 0 < len(tag.strip()) <= LONGEST_TAG:
        raise Invalid("请选择要发给哪一类人。", code="missing", field="tag")
    if not carried(session, tag.strip(), now):
        raise Invalid("现在没有人有这个标签，请重新选择。", code="tag_unknown", field="tag")
    article = articles.find(session, article_id)
    broadcast = Broadcast(
        article_id=article.id,
        article_version=article.version,
        tag=tag.strip(),
        created_by=actor.id,
        created_at=now,
        counts={},
        request_id=request_id,
    )
    session.add(broadcast)
    session.flush()
    record_change(session, actor, "broadcast", broadcast.id, "drafted", now, tag=broadcast.tag)
    return broadcast


def _same_as(standing: Broadcast, article_id: str, tag: str) -> Broadcast:
    if (standing.article_id, standing.tag) != (article_id, tag):
        # Shown the first one, somebody would test and approve what goes to other people.
        raise Conflict(
            f"刚才这一页已经起草了发给“{standing.tag}”的群发，这一次还没有起草。请回到文章页，再按一下。",
            code="request_id_taken",
            field="request_id",
        )
    return standing


def find(session: Session, broadcast_id: str) -> Broadcast:
    """One broadcast. Raises NotFound."""
    broadcast = session.get(Broadcast, broadcast_id)
    if broadcast is None:
        raise NotFound("没有找到这次群发。", code="broadcast_unknown")
    return broadcast


def to_test(session: Session, broadcast_id: str) -> Broadcast:
    """The broadcast while it may still be tested. Raises NotFound, Conflict broadcast_state."""
    broadcast = find(session, broadcast_id)
    ensure_state(broadcast.state, "draft", "这次群发已经审批或取消，不用再试发。")
    return broadcast


def note_test(
    session: Session, actor: Actor, broadcast_id: str, version: int, media_id: str, now: datetime
) -> Broadcast:
    """This version was seen on the own phone as WeChat's draft `media_id`, which is what will go out."""
    broadcast = to_test(session, broadcast_id)
    broadcast.article_version = broadcast.tested_version = version
    broadcast.wechat_media_id = media_id
    broadcast.tested_at = now
    record_change(session, actor, "broadcast", broadcast.id, "tested", now, version=version)
    return broadcast


def approve(session: Session, actor: Actor, broadcast_id: str, version: int, now: datetime) -> Broadcast:
    """A second person lets this version go: recipients are chosen and kept, patients may read the article.

    It goes out at once, or when the hospital's quiet hours end.
    Raises Conflict not_tested, edited_meanwhile, article_withdrawn, nobody_reached or broadcast_state;
    Forbidden own_work.
    """
    broadcast = find(session, broadcast_id)
    article = articles.find(session, broadcast.article_id)
    writer = articles.version_of(session, article.id, broadcast.article_version).author_id
    ensure_second_person({broadcast.created_by, writer}, actor.id)
    _ensure_ready(broadcast, article, version)
    audience = audience_of(session, broadcast.tag, now)
    if not audience.reached:
        raise Conflict("现在没有人能收到这次群发，请换一个标签。", code="nobody_reached")
    _let_go(session, actor, broadcast, audience, now)
    articles.show_to_patients(session, article, version)
    record_change(
        session,
        actor,
        "broadcast",
        broadcast.id,
        "approved",
        now,
        reached=len(audience.reached),
        version=version,
    )
    ring(session, "education.send_broadcasts")
    return broadcast


def cancel(session: Session, actor: Actor, broadcast_id: str, now: datetime) -> Broadcast:
    """Stop it before it goes; what WeChat has taken cannot be called back."""
    stopped = changed(
        session,
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state.in_(CANCELLABLE))
        .values(state="cancelled", finished_at=now),
    )
    broadcast = find(session, broadcast_id)
    if not stopped:
        raise Conflict("已经在发送或已结束，微信不支持撤回。", code="broadcast_state")
    session.refresh(broadcast)
    record_change(session, actor, "broadcast", broadcast_id, "cancelled", now)
    return broadcast


def _ensure_ready(broadcast: Broadcast, article: Article, version: int) -> None:
    ensure_state(broadcast.state, "draft", "这次群发已经审批过，或已取消。")
    ensure_tested(broadcast.tested_version, version, article.version)
    if article.state == "withdrawn":
        raise Conflict("文章已经撤回，不能再发。", code="article_withdrawn")


def _let_go(session: Session, actor: Actor, broadcast: Broadcast, audience: Audience, now: datetime) -> None:
    claimed = changed(
        session,
        update(Broadcast)
        .where(Broadcast.id == broadcast.id, Broadcast.state == "draft")
        .values(
            state="approved",
            approved_by=actor.id,
            approved_at=now,
            send_at=next_allowed(now, clock.zone()).at,
            counts={"reached": len(audience.reached), "excluded": audience.excluded},
        ),
    )
    if not claimed:
        raise Conflict("这次群发已经审批过，或已取消。", code="broadcast_state")
    session.execute(
        insert(Recipient),
        [
            {"broadcast_id": broadcast.id, "identity_id": one.identity_id, "patient_id": one.patient_id}
            for one in audience.reached
        ],
    )
    session.refresh(broadcast)
