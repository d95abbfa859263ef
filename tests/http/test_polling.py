"""Parts asked for again and again: what is unchanged is answered before anything is drawn."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from jinja2 import DictLoader

from app.http.polling import fingerprint, unless_unchanged
from app.staff.tables import Account

AT = datetime(2026, 3, 2, 8, 0, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """What a list holds."""

    words: str
    since: date


def account(**more: str) -> Account:
    return Account(**{"id": "a", "login": "li", "name": "李敏", "role": "nurse", **more})


@pytest.mark.parametrize(
    "one, other, same",
    [
        ({"rows": [account()]}, {"rows": [account()]}, True),
        ({"rows": [account()]}, {"rows": [account(name="王芳")]}, False),
        (Shown("药", date(2026, 3, 2)), Shown("药", date(2026, 3, 2)), True),
        (Shown("药", date(2026, 3, 2)), Shown("药", date(2026, 3, 3)), False),
        ([("a", account())], [("a", account(role="doctor"))], False),
        ([1, 2], [2, 1], False),
        (None, 0, False),
    ],
)
def test_equal_data_and_only_equal_data_has_one_name(one: object, other: object, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is same


def test_a_value_that_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TypeError):
        fingerprint({"row": object()})


@pytest.mark.parametrize("later, status", [(timedelta(seconds=39), 304), (timedelta(seconds=40), 200)])
def test_the_part_is_drawn_again_when_a_minute_has_struck(later: timedelta, status: int) -> None:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"part.html": "{{ rows|length }} 条"})
    with app.test_request_context():
        first = unless_unchanged("part.html", AT, rows=[1])
    assert first.get_data(as_text=True) == "1 条"
    with app.test_request_context(headers={"If-None-Match": first.headers["ETag"]}):
        again = unless_unchanged("part.html", AT + later, rows=[1])
    assert again.status_code == status
