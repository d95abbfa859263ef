"""Staff pages of articles: write, edit by version, let patients read, withdraw."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, DomainError
from app.core.ids import new_id
from app.education import articles, reads
from app.education.articles import Draft
from app.education.audience import tags_in_use
from app.education.tables import Article
from app.http.doors import outside
from app.http.errors import status_of
from app.http.form_fields import given_number
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.staff.rules.permissions import may

console = Blueprint("education_console", __name__, url_prefix="/console/education")


@console.get("")
@staff_only("education.write")
def overview() -> str:
    """Articles and broadcasts, newest first."""
    with read_only(outside().readers) as session:
        return render_template(
            "education/overview.html",
            articles=articles.listed(session),
            broadcasts=reads.listed(session),
        )


@console.get("/articles/new")
@staff_only("education.write")
def new_article() -> str:
    """An empty form."""
    return _form(Draft("", "", "", ""))


@console.post("/articles")
@staff_only("education.write")
def write_article() -> Response | tuple[str, int]:
    """Keep the article, or show what is missing with nothing lost."""
    draft = _draft()
    try:
        article = contend(
            outside().sessions, lambda session: articles.write(session, staff_actor(), draft, clock.now())
        )
    except DomainError as problem:
        return _form(draft, problem=problem), status_of(problem)
    return _to_article(article.id)


@console.get("/articles/<article_id>")
@staff_only("education.write")
def show_article(article_id: str) -> str:
    """The newest version, what patients read, and to whom it could go."""
    return _article(article_id)


@console.get("/articles/<article_id>/edit")
@staff_only("education.write")
def edit_article(article_id: str) -> str:
    """The form with what is there."""
    with read_only(outside().readers) as session:
        article, now = articles.find(session, article_id), articles.newest(session, article_id)
    return _form(Draft(now.title, now.digest, now.body, now.source), article)


@console.post("/articles/<article_id>")
@staff_only("education.write")
def save_article(article_id: str) -> Response | tuple[str, int]:
    """Keep the edit as a new version; refused, the form keeps what was written."""
    draft = _draft()
    try:
        contend(
            outside().sessions,
            lambda session: articles.edit(
                session, staff_actor(), article_id, draft, given_number("version"), clock.now()
            ),
        )
    except DomainError as problem:
        with read_only(outside().readers) as session:
            article = articles.find(session, article_id)
        return _form(draft, article, problem), status_of(problem)
    return _to_article(article_id)


@console.post("/articles/<article_id>/publish")
@staff_only("education.approve")
def publish_article(article_id: str) -> Response | tuple[str, int]:
    """A second person lets patients read this version."""
    try:
        contend(
            outside().sessions,
            lambda session: articles.publish(
                session, staff_actor(), article_id, given_number("version"), clock.now()
            ),
        )
    except DomainError as problem:
        return _article(article_id, problem), status_of(problem)
    return _to_article(article_id)


@console.post("/articles/<article_id>/withdraw")
@staff_only("education.write")
def withdraw_article(article_id: str) -> Response:
    """Take it away from patients at once; anybody who writes may."""
    contend(
        outside().sessions, lambda session: articles.withdraw(session, staff_actor(), article_id, clock.now())
    )
    return _to_article(article_id)


def _article(article_id: str, problem: DomainError | None = None) -> str:
    now = clock.now()
    with read_only(outside().readers) as session:
        article, newest = articles.find(session, article_id), articles.newest(session, article_id)
        return render_template(
            "education/article.html",
            article=article,
            newest=newest,
            tags=tags_in_use(session, now),
            broadcasts=reads.listed(session, article_id),
            may_publish=may(current_staff().role, "education.approve")
            and newest.author_id != current_staff().id,
            mine=newest.author_id == current_staff().id,
            problem=problem,
            request_id=new_id(),
        )


def _form(draft: Draft, existing: Article | None = None, problem: DomainError | None = None) -> str:
    return render_template(
        "education/form.html",
        draft=draft,
        existing=existing,
        problem=problem,
        overtaken=isinstance(problem, Conflict),
    )


def _to_article(article_id: str) -> Response:
    return redirect(url_for("education_console.show_article", article_id=article_id))


def _draft() -> Draft:
    form = request.form
    return Draft(form.get("title", ""), form.get("digest", ""), form.get("body", ""), form.get("source", ""))
