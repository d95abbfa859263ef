"""Health articles: written with a source, edited by version; patients read what a second person let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.db import changed
from app.core.errors import Conflict, Invalid, NotFound
from app.education.rules.approval import MAX_DIGEST, MAX_TITLE, ensure_second_person
from app.education.tables import Article, ArticleVersion

MAX_BODY = 20_000
MAX_SOURCE = 255
LISTED_AT_MOST = 200


@dataclass(frozen=True)
class Draft:
    """What the author writes."""

    title: str
    digest: str
    body: str
    source: str

    def checked(self) -> "Draft":
        """The same without spaces around. Raises Invalid naming the field."""
        clean = Draft(self.title.strip(), self.digest.strip(), self.body.strip(), self.source.strip())
        for field, words, text, most in (
            ("title", "标题", clean.title, MAX_TITLE),
            ("digest", "摘要", clean.digest, MAX_DIGEST),
            ("body", "正文", clean.body, MAX_BODY),
            ("source", "依据", clean.source, MAX_SOURCE),
        ):
            if not text:
                raise Invalid(f"请填写{words}。", code="missing", field=field)
            if len(text) > most:
                raise Invalid(
                    f"{words}最多 {most} 个字，现在有 {len(text)} 个。", code="too_long", field=field
                )
        return clean


def write(session: Session, actor: Actor, draft: Draft, now: datetime) -> Article:
    """Keep a new article as a draft. Raises Invalid naming the field."""
    clean = draft.checked()
    article = Article(title=clean.title, version=1, author_id=actor.id, created_at=now, updated_at=now)
    session.add(article)
    session.flush()
    _keep_version(session, actor, article.id, 1, clean, now)
    record_change(session, actor, "article", article.id, "written", now)
    return article


def edit(
    session: Session, actor: Actor, article_id: str, draft: Draft, version: int, now: datetime
) -> Article:
    """Write the next version; a test or an approval of the old one no longer counts for it.

    Raises Conflict when somebody else has edited version `version` meanwhile.
    """
    clean = draft.checked()
    kept = changed(
        session,
        update(Article)
        .where(Article.id == article_id, Article.version == version)
        .values(title=clean.title, version=version + 1, updated_at=now),
    )
    article = find(session, article_id)
    if not kept:
        raise Conflict(
            f"同事刚把它改成了第 {article.version} 版。您写的还在下面：请先打开新版对照，再保存。",
            code="edited_meanwhile",
        )
    session.refresh(article)
    _keep_version(session, actor, article_id, article.version, clean, now)
    record_change(session, actor, "article", article_id, "edited", now, version=article.version)
    return article


def publish(session: Session, actor: Actor, article_id: str, version: int, now: datetime) -> Article:
    """A second person lets patients read this version, without sending it to anybody.

    Raises Conflict edited_meanwhile when it is no longer the newest, Forbidden own_work.
    """
    article = find(session, article_id)
    ensure_second_person({version_of(session, article_id, version).author_id}, actor.id)
    if article.version != version:
        raise Conflict("文章刚被改过，请看过新的一版再发布。", code="edited_meanwhile")
    show_to_patients(session, article, version)
    record_change(session, actor, "article", article_id, "published", now, version=version)
    return article


def show_to_patients(session: Session, article: Article, version: int) -> None:
    """Patients read this version from now on; whoever calls has let a second person decide."""
    article.state, article.published_version = "published", version
    session.flush()


def withdraw(session: Session, actor: Actor, article_id: str, now: datetime) -> Article:
    """Take it away from patients at once; a card already in WeChat stays, its page says it is gone."""
    article = find(session, article_id)
    if article.state != "withdrawn":
        article.state = "withdrawn"
        record_change(session, actor, "article", article_id, "withdrawn", now)
    return article


def find(session: Session, article_id: str) -> Article:
    """One article. Raises NotFound."""
    article = session.get(Article, article_id)
    if article is None:
        raise NotFound("没有找到这篇文章。", code="article_unknown")
    return article


def version_of(session: Session, article_id: str, version: int) -> ArticleVersion:
    """One version as it was written. Raises NotFound."""
    found = session.get(ArticleVersion, (article_id, version))
    if found is None:
        raise NotFound("没有找到文章的这一版。", code="version_unknown")
    return found


def newest(session: Session, article_id: str) -> ArticleVersion:
    """The newest version. Raises NotFound."""
    return version_of(session, article_id, find(session, article_id).version)


def for_reader(session: Session, article_id: str) -> ArticleVersion:
    """What patients may read of an article. Raises NotFound for drafts and withdrawn ones."""
    article = find(session, article_id)
    if article.state != "published" or article.published_version is None:
        raise NotFound("这篇文章已经下架，或还没有发布。", code="article_unpublished")
    return version_of(session, article_id, article.published_version)


def readable(session: Session) -> Sequence[ArticleVersion]:
    """Everything that patients may read, the newest article first."""
    return session.scalars(
        select(ArticleVersion)
        .join(
            Article,
            (Article.id == ArticleVersion.article_id) & (Article.published_version == ArticleVersion.version),
        )
        .where(Article.state == "published")
        .order_by(ArticleVersion.written_at.desc(), Article.id)
        .limit(LISTED_AT_MOST)
    ).all()


def listed(session: Session) -> Sequence[Article]:
    """All articles, the last changed first."""
    return session.scalars(
        select(Article).order_by(Article.updated_at.desc(), Article.id).limit(LISTED_AT_MOST)
    ).all()


def _keep_version(
    session: Session, actor: Actor, article_id: str, version: int, clean: Draft, now: datetime
) -> None:
    session.add(
        ArticleVersion(
            article_id=article_id,
            version=version,
            title=clean.title,
            digest=clean.digest,
            body=clean.body,
            source=clean.source,
            author_id=actor.id,
            written_at=now,
        )
    )
    session.flush()
