"""Patients read a health tip."""

from flask import Blueprint, render_template

from app.core.db import read_only
from app.education import articles
from app.http.access import open_to_all
from app.http.doors import outside

pages = Blueprint("education_h5", __name__, url_prefix="/h5/articles")


@pages.get("")
@open_to_all("published health education; holds nothing about anybody")
def listed() -> str:
    """All published tips, newest first."""
    with read_only(outside().readers) as session:
        return render_template("h5/articles.html", articles=articles.readable(session))


@pages.get("/<article_id>")
@open_to_all("published health education; holds nothing about anybody")
def read(article_id: str) -> str:
    """One tip."""
    with read_only(outside().readers) as session:
        return render_template("h5/article.html", article=articles.for_reader(session, article_id))
