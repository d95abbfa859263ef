"""Log lines say where and what, never who."""

import json
import re
import subprocess
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.core.db import transaction
from app.core.log import scrub
from app.wiring import Outside
from tests.factories.staff import make_account

PHONE, ID_NUMBER = "13800001234", "11010119491101002X"


def scrubbed(**line: object) -> dict[str, object]:
    return scrub(None, "info", dict(line))


@pytest.mark.parametrize(
    "key", ["name", "phone", "id_number", "address", "openid", "text", "answers", "token", "secret"]
)
def test_private_keys_are_blanked_by_name(key: str) -> None:
    assert scrubbed(**{key: "王芳"}) == {key: "***"}


@pytest.mark.parametrize(
    "words, shown",
    [
        (f"called {PHONE} twice", "called *** twice"),
        (f"id {ID_NUMBER}.", "id ***."),
        ("id 110101194911010012", "id ***"),
        (
            "/cgi-bin/user/info?access_token=57_abc-DEF&openid=x",
            "/cgi-bin/user/info?access_token=***&openid=x",
        ),
        ("GET /h5/login?code=021Abc&state=1", "GET /h5/login?code=***&state=1"),
        ("grant_type=client_credential&secret=0123abcd", "grant_type=client_credential&secret=***"),
        (f"{PHONE}王芳", "***王芳"),
        (f"tel{PHONE}y", "tel***y"),
        ("message 01a20428e7e27e53a8e5123456789012", "message 01a20428e7e27e53a8e5123456789012"),
        ("at 2026-03-02T02:00:00Z", "at 2026-03-02T02:00:00Z"),
        ("182/112", "182/112"),
    ],
)
def test_what_is_private_in_a_text_is_blanked_and_the_rest_stays(words: str, shown: str) -> None:
    assert scrubbed(event=words) == {"event": shown}


@pytest.fixture
def configured(outside: Outside) -> None:
    """As app.wiring leaves it, outside of any request."""
    structlog.contextvars.clear_contextvars()


@given(st.text(alphabet="号码 abx:=,&\"'", max_size=10), st.text(alphabet="号码 abx。,;)\"'&", max_size=5))
def test_a_phone_number_anywhere_in_a_text_is_blanked(before: str, after: str) -> None:
    assert PHONE not in str(scrubbed(event=f"{before}{PHONE}{after}"))


def test_private_values_are_blanked_however_deep_they_lie() -> None:
    line = scrubbed(event="saved", fields={"name": "王芳", "notes": [f"call {PHONE}", 7]})
    assert line == {"event": "saved", "fields": {"name": "***", "notes": ["call ***", 7]}}


@pytest.mark.usefixtures("configured")
def test_a_line_is_one_json_object_with_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("test").warning("card.refused", openid="oABC", reason=f"phone {PHONE}")
    line = json.loads(capsys.readouterr().err)
    assert line | {"timestamp": ""} == {
        "event": "card.refused",
        "level": "warning",
        "openid": "***",
        "reason": "phone ***",
        "request_id": "r1",
        "timestamp": "",
    }


@pytest.mark.usefixtures("configured")
def test_a_failure_is_logged_by_what_and_where_and_none_of_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        try:
            raise KeyError("王芳")
        except KeyError as unknown:
            raise ValueError(f"王芳 of {ID_NUMBER} is not known") from unknown
    except ValueError:
        structlog.get_logger("test").exception("door.failed")
    line = json.loads(capsys.readouterr().err)
    here = "test_a_failure_is_logged_by_what_and_where_and_none_of_its_words"
    assert re.fullmatch(
        rf"ValueError at tests/core/test_log\.py:\d+ {here}; "
        rf"because of KeyError at tests/core/test_log\.py:\d+ {here}",
        line["exception"],
    )
    assert "王芳" not in str(line)


def test_a_librarys_failure_is_told_the_same_way() -> None:
    ask = (
        "import logging; from app.core import log; log.configure()\n"
        "try: raise ValueError('王芳')\n"
        "except ValueError: logging.getLogger('library').exception('failed')"
    )
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    line = json.loads(ran.stderr)
    assert line["exception"].startswith("ValueError at <string>")
    assert "王芳" not in ran.stderr


def test_a_librarys_line_looks_and_is_scrubbed_like_ours() -> None:
    ask = (
        "import logging; from app.core import log; log.configure();"
        f"logging.getLogger('rq.worker').error('job failed for %s', '{PHONE}')"
    )
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    line = json.loads(ran.stderr)
    assert (line["event"], line["level"], line["logger"]) == ("job failed for ***", "error", "rq.worker")


def test_a_statement_that_fails_does_not_show_what_it_was_given(outside: Outside) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction(outside.sessions) as session:
        make_account(session, login="li.min", name="李敏")
        make_account(session, login="li.min", name="李敏")
    assert "李敏" not in str(refusal.value)
