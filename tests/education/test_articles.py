"""Articles are kept version by version; patients read what a second person let go."""

from datetime import datetime

import pytest

from app.core.db import transaction
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.education import articles
from app.education.articles import Draft
from app.wiring import Outside
from tests.factories.education import TIP, make_approver, make_article, make_author

SHORTER = Draft("少盐", "少一点盐", "少放盐。", "指南")


@pytest.mark.parametrize(
    "draft, field, code",
    [
        (Draft("", "摘要", "正文", "依据"), "title", "missing"),
        (Draft("标题", " ", "正文", "依据"), "digest", "missing"),
        (Draft("标题", "摘要", "正文", "\n"), "source", "missing"),
        (Draft("长" * 33, "摘要", "正文", "依据"), "title", "too_long"),
        (Draft("标题", "长" * 55, "正文", "依据"), "digest", "too_long"),
        (Draft("标题", "摘要", "长" * 20_001, "依据"), "body", "too_long"),
    ],
)
def test_what_is_missing_or_too_long_is_named(draft: Draft, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        draft.checked()
    assert (refusal.value.field, refusal.value.code) == (field, code)


def test_an_edit_is_a_new_version_and_the_old_one_stays(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        author, article = make_author(session), make_article(session)
        articles.edit(session, author, article.id, SHORTER, 1, now)
    with transaction(outside.sessions) as session:
        assert articles.newest(session, article.id).title == "少盐"
        assert articles.version_of(session, article.id, 1).title == TIP.title


def test_two_colleagues_do_not_overwrite_each_other(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        author, article = make_author(session), make_article(session)
        articles.edit(session, author, article.id, SHORTER, 1, now)
    with pytest.raises(Conflict) as refusal, transaction(outside.sessions) as session:
        articles.edit(session, make_author(session), article.id, TIP, 1, now)
    assert refusal.value.code == "edited_meanwhile"
    assert "第 2 版" in refusal.value.message


def test_patients_read_the_published_version_until_the_next_one_is_let_go(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        author, approver = make_author(session), make_approver(session)
        article = make_article(session, author)
        with pytest.raises(NotFound):
            articles.for_reader(session, article.id)
        articles.publish(session, approver, article.id, 1, now)
        articles.edit(session, author, article.id, SHORTER, 1, now)
        assert articles.for_reader(session, article.id).title == TIP.title
        articles.publish(session, approver, article.id, 2, now)
        assert articles.for_reader(session, article.id).title == "少盐"
        assert [one.title for one in articles.readable(session)] == ["少盐"]


def test_nobody_publishes_the_own_text_or_one_that_has_changed(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        author, approver = make_author(session), make_approver(session)
        article = make_article(session, author)
        with pytest.raises(Forbidden):
            articles.publish(session, author, article.id, 1, now)
        articles.edit(session, author, article.id, SHORTER, 1, now)
        with pytest.raises(Conflict):
            articles.publish(session, approver, article.id, 1, now)
        with pytest.raises(NotFound):
            articles.publish(session, approver, article.id, 7, now)


def test_what_is_withdrawn_is_gone_for_patients_at_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        author, approver, article = make_author(session), make_approver(session), make_article(session)
        articles.publish(session, approver, article.id, 1, now)
        articles.withdraw(session, author, article.id, now)
        with pytest.raises(NotFound):
            articles.for_reader(session, article.id)
        assert not articles.readable(session)
