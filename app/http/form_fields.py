"""Hidden fields that pages send back, read without trusting them."""

from flask import request

from app.http.request_ids import is_request_id, stale_page

LONGEST_NUMBER = 9


def given_request_id() -> str:
    """The page's request_id. Raises Invalid (request_id_missing) when the page brought none."""
    given = request.form.get("request_id", "")
    if not is_request_id(given):
        raise stale_page()
    return given


def given_number(name: str) -> int:
    """A hidden whole number such as a version; 0, which is none, for anything else."""
    given = request.form.get(name, "")
    plain = given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER
    return int(given) if plain else 0
