"""How a patient's WeChat becomes a session, and what never does."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.db import read_only, transaction
from app.http.limits import LOGINS, counters
from app.http.local_paths import mini_program_target
from app.patients.tables import PatientSession, WechatIdentity
from app.wiring import Outside
from tests.factories.patients import make_patient, on_the_phone


def leave(client: FlaskClient, wanted: str = "/h5/me") -> str:
    """Go to /h5/login; WeChat's address it sends to."""
    answer = client.get("/h5/login", query_string={"next": wanted})
    assert answer.status_code == 302
    return answer.headers["Location"]


def authorize(address: str, person: str = "wang") -> str:
    """What WeChat does: the path with code and state that it sends the page back to."""
    answer = requests.get(address.split("#")[0], params={"as": person}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def sessions_open(outside: Outside) -> int:
    with read_only(outside.readers) as session:
        return session.scalar(select(func.count()).select_from(PatientSession)) or 0


def test_a_page_opened_in_wechat_signs_in_and_goes_where_it_wanted(
    client: FlaskClient, outside: Outside
) -> None:
    first = client.get("/h5/me")
    assert first.headers["Location"] == "/h5/login?next=/h5/me"
    back = client.get(authorize(leave(client)))
    assert back.headers["Location"] == "/h5/me"
    cookie = next(line for line in back.headers.getlist("Set-Cookie") if line.startswith("suihu_patient="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    # Somebody without a card is led to activation, not in a circle.
    assert client.get("/h5/me").headers["Location"] == "/h5/activate"
    with read_only(outside.readers) as session:
        assert session.scalars(select(WechatIdentity.app_kind)).all() == ["oa"]


def test_the_state_is_letters_and_digits_as_wechat_demands(client: FlaskClient) -> None:
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    assert re.fullmatch(r"[A-Za-z0-9]{16,128}", state)


@pytest.mark.parametrize("forge", ["other state", "no state", "no cookie", "altered cookie"])
def test_a_state_this_browser_was_not_given_opens_nothing(
    client: FlaskClient, outside: Outside, forge: str
) -> None:
    path = authorize(leave(client))
    if forge == "other state":
        path = re.sub(r"state=\w+", "state=" + "0" * 32, path)
    elif forge == "no state":
        path = re.sub(r"&?state=\w+", "", path)
    elif forge == "no cookie":
        client.delete_cookie("suihu_oauth", path="/h5/login")
    else:
        client.set_cookie("suihu_oauth", "WyJhIiwiYiJd.forged", path="/h5/login")
    answer = client.get(path)
    assert answer.status_code == 403
    assert "这个登录链接已经失效了" in answer.text and "重新进入" in answer.text
    assert sessions_open(outside) == 0


def test_a_login_link_works_once(client: FlaskClient, outside: Outside) -> None:
    path = authorize(leave(client))
    assert client.get(path).status_code == 302
    assert client.get(path).status_code == 403
    assert sessions_open(outside) == 1


def test_a_code_used_elsewhere_is_refused(client: FlaskClient, outside: Outside) -> None:
    path = authorize(leave(client))
    outside.wechat.login_by_oauth(parse_qs(urlsplit(path).query)["code"][0])
    answer = client.get(path)
    assert answer.status_code == 403 and "已经失效" in answer.text
    assert sessions_open(outside) == 0


def test_a_snapshot_visitor_is_told_what_to_tap(
    client: FlaskClient, outside: Outside, wechat_url: str
) -> None:
    path = authorize(leave(client))
    fault = {"path": "/sns/oauth2/access_token", "kind": "snapshot", "times": 1}
    assert requests.post(f"{wechat_url}/operator/api/faults", json=fault, timeout=5).ok
    answer = client.get(path)
    assert answer.status_code == 403 and "使用完整服务" in answer.text
    assert sessions_open(outside) == 0


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/console", "/h5/../console"])
def test_signing_in_never_leads_away(client: FlaskClient, wanted: str) -> None:
    assert client.get(authorize(leave(client, wanted))).headers["Location"] == "/h5"


@pytest.fixture
def open_mini_program(wechat_url: str):
    """Open the mini-program on the phone; the path and query of the page it shows."""

    def opened(path: str, person: str = "wang") -> str:
        answer = requests.post(
            f"{wechat_url}/phone/api/people/{person}/mini-program", json={"path": path}, timeout=5
        )
        address = urlsplit(answer.json()["open"])
        return f"{address.path}?{address.query}"

    return opened


@pytest.mark.parametrize(
    "path, landed",
    [
        ("/h5/plan", "/h5/plan"),
        ("pages/open?to=/h5/plan", "/h5/plan"),
        ("pages/open?to=%2Fh5%2Fforms%2F7%3Fq%3D1", "/h5/forms/7?q=1"),
        ("", "/h5"),
        ("pages/index/index", "/h5"),
        ("pages/open?to=https://evil.example", "/h5"),
        ("//evil.example/h5/", "/h5"),
        ("/console", "/h5"),
    ],
)
def test_the_mini_program_lands_on_patient_pages_only(path: str, landed: str) -> None:
    assert mini_program_target(path) == landed


def test_the_mini_program_signs_in_by_its_code(
    client: FlaskClient, outside: Outside, open_mini_program
) -> None:
    answer = client.get(open_mini_program("pages/open?to=/h5/activate"))
    assert answer.headers["Location"] == "/h5/activate"
    assert client.get("/h5/activate").status_code == 200
    with read_only(outside.readers) as session:
        identity = session.scalars(select(WechatIdentity)).one()
        assert (identity.app_kind, identity.unionid is not None) == ("mp", True)


def test_a_mini_program_code_works_once(client: FlaskClient, outside: Outside, open_mini_program) -> None:
    path = open_mini_program("/h5/activate")
    assert client.get(path).status_code == 302
    assert client.get(path).status_code == 403
    assert client.get("/h5/mini-program?code=invented&path=/h5/me").status_code == 403
    assert client.get("/h5/mini-program").status_code == 403
    assert sessions_open(outside) == 1


def test_signing_out_ends_the_session_itself(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
    on_the_phone(client, outside, patient.id)
    cookie = client.get_cookie("suihu_patient")
    assert cookie and client.get("/h5/me").status_code == 200
    assert client.post("/h5/logout").headers["Location"] == "/h5/goodbye"
    client.set_cookie("suihu_patient", cookie.value)
    assert client.get("/h5/me").headers["Location"].startswith("/h5/login")


@pytest.mark.parametrize("door", ["mini-program", "login/back"])
def test_one_address_cannot_spend_everybodys_logins(client: FlaskClient, outside: Outside, door: str) -> None:
    """Each of them asks WeChat, which has so many answers a day, and holds one of our threads."""
    path = "/h5/mini-program?code=invented" if door == "mini-program" else authorize(leave(client))
    with client.application.app_context():
        for _ in range(LOGINS.amount):
            counters().count(LOGINS, "127.0.0.1")
    answer = client.get(path)
    assert answer.status_code == 429
    assert "操作太频繁了，请稍等一会儿再试。" in answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert sessions_open(outside) == 0


def test_a_state_we_did_not_give_is_not_counted(client: FlaskClient) -> None:
    for _ in range(LOGINS.amount + 1):
        assert client.get("/h5/login/back?code=invented&state=invented").status_code == 403
    assert client.get(authorize(leave(client))).status_code == 302
