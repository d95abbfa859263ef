"""What the education screens ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.errors import NotFound
from app.education.tables import Article, ArticleVersion, Broadcast, MassReport
from app.staff.tables import Account

LISTED_AT_MOST = 200
SHOWN_TO_APPROVE = 5
"""Lines on the home page of who may approve."""


@dataclass(frozen=True)
class BroadcastView:
    """A broadcast with its article, the version it sends and the people behind it."""

    broadcast: Broadcast
    article: Article
    version: ArticleVersion
    creator: str
    approver: str | None

    @property
    def tested(self) -> bool:
        """Whether the newest version of the article has been seen on a phone."""
        return self.broadcast.tested_version == self.article.version

    @property
    def under_way(self) -> bool:
        """Whether it may change by itself: the page looks again by itself then."""
        return self.broadcast.state in ("approved", "sending", "sent")


def one(session: Session, broadcast_id: str) -> BroadcastView:
    """One broadcast. Raises NotFound."""
    found = _views(session, Broadcast.id == broadcast_id)
    if not found:
        raise NotFound("没有找到这次群发。", code="broadcast_unknown")
    return found[0]


def listed(session: Session, article_id: str | None = None) -> Sequence[BroadcastView]:
    """Broadcasts, newest first; of one article when named."""
    return _views(session, Broadcast.article_id == article_id if article_id else Broadcast.id.is_not(None))


def to_approve(session: Session, staff_id: str) -> Sequence[tuple[str, str]]:
    """[(broadcast id, title)] of drafts seen on a phone, of which `staff_id` made no part; newest first."""
    rows = session.execute(
        select(Broadcast.id, ArticleVersion.title)
        .join(Article, Article.id == Broadcast.article_id)
        .join(
            ArticleVersion,
            and_(
                ArticleVersion.article_id == Broadcast.article_id, ArticleVersion.version == Article.version
            ),
        )
        .where(
            Broadcast.state == "draft",
            Article.state != "withdrawn",
            Broadcast.tested_version == Article.version,
            Broadcast.article_version == Article.version,
            Broadcast.created_by != staff_id,
            ArticleVersion.author_id != staff_id,
        )
        .order_by(Broadcast.id.desc())
        .limit(SHOWN_TO_APPROVE)
    )
    return [(broadcast_id, title) for broadcast_id, title in rows]


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first broadcast planned after this moment."""
    return session.scalar(
        select(func.min(Broadcast.send_at)).where(Broadcast.state == "approved", Broadcast.send_at > after)
    )


def in_hand(session: Session, now: datetime) -> bool:
    """Whether an approved broadcast has not reached WeChat yet, or its numbers wait to be joined."""
    reported = exists().where(MassReport.wechat_msg_id == Broadcast.wechat_msg_id)
    waiting = or_(
        and_(Broadcast.state.in_(("approved", "sending")), Broadcast.send_at <= now),
        and_(Broadcast.state == "sent", reported),
    )
    return session.scalar(select(Broadcast.id).where(waiting).limit(1)) is not None


def _views(session: Session, condition: ColumnElement[bool]) -> list[BroadcastView]:
    creator, approver = aliased(Account), aliased(Account)
    rows = session.execute(
        select(Broadcast, Article, ArticleVersion, creator.name, approver.name)
        .join(Article, Article.id == Broadcast.article_id)
        .join(
            ArticleVersion,
            and_(
                ArticleVersion.article_id == Broadcast.article_id,
                ArticleVersion.version == Broadcast.article_version,
            ),
        )
        .join(creator, creator.id == Broadcast.created_by)
        .join(approver, approver.id == Broadcast.approved_by, isouter=True)
        .where(condition)
        .order_by(Broadcast.created_at.desc(), Broadcast.id.desc())
        .limit(LISTED_AT_MOST)
    )
    return [BroadcastView(*row) for row in rows]
