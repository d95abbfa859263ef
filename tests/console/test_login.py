"""The console's door: who comes in, where they land, how they leave."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core import clock
from app.core.db import read_only, transaction
from app.http.local_paths import local_path
from app.staff.tables import StaffSession
from app.wiring import Outside
from tests.factories.staff import PASSWORD, make_account, signed_in

REFUSED = "登录名或密码不对。忘记密码请找管理员重设。"


@pytest.fixture
def nurse(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_account(session, role="nurse", login="li.min")


def post(client: FlaskClient, login: str, password: str, **more: str):
    return client.post("/console/login", data={"login": login, "password": password, **more})


@pytest.mark.usefixtures("nurse")
def test_signing_in_sets_a_guarded_cookie_and_leads_home(client: FlaskClient) -> None:
    answer = post(client, "li.min", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/console")
    cookies = answer.headers.getlist("Set-Cookie")
    cookie = next(each for each in cookies if each.startswith("suihu_staff="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.usefixtures("nurse")
@pytest.mark.parametrize("login", ["li.min", "nobody"])
def test_a_refusal_says_the_same_whether_the_login_exists(client: FlaskClient, login: str) -> None:
    for _ in range(5):
        answer = post(client, login, "wrong password")
        assert answer.status_code == 401
        assert REFUSED in answer.text
        assert "Set-Cookie" not in answer.headers or "suihu_staff=" not in answer.headers["Set-Cookie"]
    answer = post(client, login, "wrong password")
    assert answer.status_code == 429 and "请过 15 分钟再试" in answer.text


@pytest.mark.usefixtures("nurse")
@pytest.mark.parametrize(
    "wanted, landed",
    [
        ("/console/patients?q=wang", "/console/patients?q=wang"),
        ("https://evil.example/", "/console"),
        ("//evil.example", "/console"),
        ("/\\evil.example", "/console"),
        ("/console/../../evil", "/console"),
        ("/h5/me", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/console\n/x", "/console"),
        ("", "/console"),
    ],
)
def test_signing_in_leads_only_to_pages_of_the_console(client: FlaskClient, wanted: str, landed: str) -> None:
    assert post(client, "li.min", PASSWORD, next=wanted).location == landed


@pytest.mark.parametrize(
    "disguise", ["/console%2f..%2fx", "/console//evil", "/console/%5cevil", "console", "/consolex"]
)
def test_a_disguised_path_is_not_followed(disguise: str) -> None:
    assert local_path(disguise, "/console", "/console") == "/console"


def test_signing_out_ends_the_session_itself(client: FlaskClient, outside: Outside) -> None:
    signed_in(client, outside)
    assert client.post("/console/logout").location == "/console/login"
    with read_only(outside.readers) as session:
        assert session.scalars(select(StaffSession.revoked_at)).one() is not None


def test_a_stranger_is_led_to_the_login_and_back(client: FlaskClient, outside: Outside) -> None:
    assert client.post("/console/logout").location == "/console/login?next=/console"


def test_being_seen_is_noted_every_five_minutes_at_most(client: FlaskClient, outside: Outside) -> None:
    signed_in(client, outside)

    def seen_at():
        with read_only(outside.readers) as session:
            return session.scalars(select(StaffSession.seen_at)).one()

    first = seen_at()
    client.get("/console/login")
    assert seen_at() == first
    with transaction(outside.sessions) as session:
        session.execute(update(StaffSession).values(seen_at=clock.machine() - timedelta(minutes=6)))
    client.post("/console/logout")
    assert clock.machine() - seen_at() < timedelta(minutes=1)
