"""Hidden fields that pages send back, read without trusting them."""

from flask import request

from app.core.errors import Invalid

LONGEST_NUMBER = 9


def given_request_id() -> str:
    """The page's request_id, 8 to 64 characters. Raises Invalid when the page brought none."""
    given = request.form.get("request_id", "")
    if not 8 <= len(given) <= 64:
        raise Invalid("页面已过期，请重新打开再提交。", code="request_id_missing", field="request_id")
    return given


def given_number(name: str) -> int:
    """A hidden whole number such as a version; 0, which is none, for anything else."""
    given = request.form.get(name, "")
    plain = given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER
    return int(given) if plain else 0
