"""Every template keeps the policy pages live under, and every form that posts carries its token."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an inline style sheet": r"<style\b",
    "a style attribute": r"<[a-z][^>]*\sstyle\s*=",
    "an event handler": r"<[a-z][^>]*\son[a-z]+\s*=",
    "a script link": r"javascript:",
    "htmx evaluating text": r"hx-on[:=-]|hx-vals=[\"']js:|hx-trigger=[\"'][^\"']*\[",
}
POST_FORM = re.compile(r"<form\b(?=[^>]*method=[\"']post)[^>]*>.*?</form>", re.S | re.I)

GET_FORM = re.compile(r"<form\b(?![^>]*(?:method=[\"']post|hx-post))[^>]*>.*?</form>", re.S | re.I)


def read(path: Path) -> str:
    """The template without its comments, which may name what pages may not do."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str):
    found = [str(path.relative_to(ROOT)) for path in TEMPLATES if re.search(FORBIDDEN[what], read(path))]
    assert found == []


def test_every_form_that_posts_carries_its_token():
    bare = [
        f"{path.relative_to(ROOT)}: {form[:80]}"
        for path in TEMPLATES
        for form in POST_FORM.findall(read(path))
        if "csrf_field()" not in form
    ]
    assert bare == []


def test_no_form_puts_what_somebody_typed_into_an_address():
    typed = re.compile(r"\bfield\(|\btextarea\(|type=[\"'](search|text|tel)")
    found = [
        f"{path.relative_to(ROOT)}: {form[:80]}"
        for path in TEMPLATES
        for form in GET_FORM.findall(read(path))
        if typed.search(form)
    ]
    assert found == []


def test_every_page_stands_on_a_base_except_the_door_and_the_api_description():
    rooms = [path for path in TEMPLATES if path.parent.name not in {"parts", "errors", "templates"}]
    alone = {str(path.relative_to(ROOT)) for path in rooms if "<!doctype" in read(path).lower()}
    assert alone <= {"templates/console/login.html", "templates/api/swagger.html"}
