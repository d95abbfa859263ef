"""The database is away: everybody is told so in their own way, and nothing of ours is shown."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from app.core.db import is_away
from app.factory import create_app
from app.launcher.embedded_redis import free_port
from app.wiring import Outside, connect
from bot.callback import callback
from tests.bot.test_callback import push_sealed, text_message

WORDS = "系统暂时连不上"


@pytest.fixture
def away(outside: Outside) -> Iterator[Outside]:
    """The same hospital, whose database refuses the connection."""
    url = f"mysql+pymysql://suihu:hunter2@127.0.0.1:{free_port()}/suihu"
    out = connect(replace(outside.settings, database_url=url))
    yield out
    out.close()


@pytest.fixture
def client(away: Outside) -> FlaskClient:
    app = create_app(away, programs=[callback])
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def nothing_leaks(text: str) -> bool:
    return not any(
        word in text for word in ("hunter2", "pymysql", "OperationalError", "127.0.0.1:", "SELECT")
    )


@pytest.mark.parametrize("path", ["/h5/articles", "/console", "/h5"], ids=["tips", "nurse", "patient"])
def test_a_person_is_told_in_plain_words_to_come_back_later(client: FlaskClient, path: str) -> None:
    for cookie in ("suihu_staff", "suihu_patient"):
        client.set_cookie(cookie, "a-session-of-this-morning")
    answer = client.get(path)
    assert answer.status_code == 503
    assert WORDS in answer.text and "请稍后再试" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert nothing_leaks(answer.text)


def test_who_signs_in_is_not_told_that_the_password_is_wrong(client: FlaskClient) -> None:
    answer = client.post("/console/login", data={"login": "nurse", "password": "suihu-demo-2026"})
    assert answer.status_code == 503
    assert WORDS in answer.text


def test_a_part_of_a_page_says_so_in_its_notices(client: FlaskClient) -> None:
    answer = client.get("/h5/articles", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (503, "#notices")
    assert WORDS in answer.text


def test_the_api_answers_a_problem_and_when_to_ask_again(client: FlaskClient) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer of-this-morning"})
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.json is not None and answer.json["code"] == "database_away"
    assert int(answer.headers["Retry-After"]) > 0
    assert nothing_leaks(answer.text)


def test_wechat_gets_an_error_and_comes_again(client: FlaskClient, away: Outside) -> None:
    answer = push_sealed(client, away, text_message())
    assert answer.status_code == 503
    assert "success" not in answer.text


def _error(kind: type[DBAPIError], *told: object) -> DBAPIError:
    return kind("SELECT 1", {}, Exception(*told))


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (_error(OperationalError, 2003, "refused"), True),
        (_error(OperationalError, 2013, "lost in the middle"), True),
        (_error(OperationalError, 1040, "too many connections"), True),
        (_error(OperationalError, 1045, "the password changed"), True),
        (_error(OperationalError, 1205, "lock wait timeout"), True),
        (_error(OperationalError, 1213, "deadlock"), True),
        (_error(OperationalError, "unable to open database file"), True),
        (_error(OperationalError, "database is locked"), True),
        (NoConnectionLeft("QueuePool limit"), True),
        (_error(OperationalError, 1054, "unknown column"), False),
        (_error(OperationalError, "no such table: x"), False),
        (_error(ProgrammingError, 1146, "no such table"), False),
        (_error(IntegrityError, 1062, "duplicate"), False),
        (ValueError("x"), False),
    ],
    ids=lambda value: str(value) if isinstance(value, bool) else str(getattr(value, "orig", value)),
)
def test_what_a_later_try_may_mend_is_told_from_our_own_faults(error: Exception, away: bool) -> None:
    assert is_away(error) is away
