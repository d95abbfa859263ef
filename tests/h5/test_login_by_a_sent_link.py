"""A link that somebody sent never makes a phone somebody else's without a word."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import func, select

from app.core import clock
from app.core.db import read_only, transaction
from app.http.patient_auth import PATIENT_COOKIE
from app.patients import sessions
from app.patients.tables import Patient, PatientSession, WechatIdentity
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.factories.patients import make_identity, make_patient, on_the_phone
from tests.hospital import Served

WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36 MicroMessenger/8.0.49"


@pytest.fixture
def sent_link(wechat_url: str) -> str:
    """The address with a fresh login code of Liu, who is not the owner of this phone."""
    return link_of(wechat_url, "liu")


def link_of(wechat_url: str, person: str) -> str:
    answer = requests.post(
        f"{wechat_url}/phone/api/people/{person}/mini-program", json={"path": "/h5/plan"}, timeout=5
    )
    address = urlsplit(answer.json()["open"])
    return f"{address.path}?{address.query}"


@pytest.fixture
def wang(client: FlaskClient, outside: Outside) -> Patient:
    """The patient whose phone this is, signed in."""
    with transaction(outside.sessions) as session:
        patient = make_patient(session, name="王秀兰")
    on_the_phone(client, outside, patient.id)
    return patient


def held(client: FlaskClient) -> str | None:
    cookie = client.get_cookie(PATIENT_COOKIE)
    return cookie.value if cookie else None


def sealed_in(page: str) -> str:
    found = re.search(r'name="who" value="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def kind_of_holder(outside: Outside, client: FlaskClient) -> str | None:
    """The kind of WeChat the browser's session belongs to."""
    with read_only(outside.readers) as session:
        here = sessions.who_is(session, held(client) or "", "page", clock.machine())
    return here.app_kind if here else None


def test_a_sent_link_asks_before_it_makes_the_phone_somebody_elses(
    client: FlaskClient, wang: Patient, sent_link: str
) -> None:
    before = held(client)
    answer = client.get(sent_link)
    assert answer.status_code == 200 and "王**" in answer.text and "王秀兰" not in answer.text
    assert "换成另一个人" in answer.text and 'method="post"' in answer.text
    assert held(client) == before
    assert "王秀兰" in client.get("/h5/me").text


def test_the_service_accounts_login_asks_as_well(client: FlaskClient, wang: Patient) -> None:
    before = held(client)
    away = client.get("/h5/login", query_string={"next": "/h5/plan"}).headers["Location"]
    back = requests.get(away.split("#")[0], params={"as": "liu"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    answer = client.get(f"{address.path}?{address.query}")
    assert answer.status_code == 200 and "换成另一个人" in answer.text
    assert held(client) == before
    landed = client.post("/h5/login/switch", data={"who": sealed_in(answer.text)})
    assert landed.headers["Location"] == "/h5/plan" and held(client) != before


def test_after_a_yes_the_phone_changes_hands_and_the_old_session_ends(
    client: FlaskClient, outside: Outside, wang: Patient, sent_link: str
) -> None:
    before = held(client)
    who = sealed_in(client.get(sent_link).text)
    answer = client.post("/h5/login/switch", data={"who": who})
    assert answer.headers["Location"] == "/h5/plan"
    assert held(client) != before and kind_of_holder(outside, client) == "mp"
    client.set_cookie(PATIENT_COOKIE, before or "")
    assert client.get("/h5/me").headers["Location"].startswith("/h5/login")


def test_the_yes_needs_the_pages_token(
    _app: Flask, client: FlaskClient, wang: Patient, sent_link: str
) -> None:
    who = sealed_in(client.get(sent_link).text)
    _app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/h5/login/switch", data={"who": who}).status_code == 400
    finally:
        _app.config["WTF_CSRF_ENABLED"] = False


def test_a_yes_of_our_own_making_only(client: FlaskClient, outside: Outside, wang: Patient) -> None:
    before = held(client)
    with transaction(outside.sessions) as session:
        other = make_identity(session, app_kind="mp").id
    for who in ("", other, "WyJhIiwiYiJd.forged"):
        answer = client.post("/h5/login/switch", data={"who": who})
        assert answer.status_code == 403 and "已经失效" in answer.text
    assert held(client) == before


def test_the_same_person_is_not_asked(client: FlaskClient, outside: Outside, wechat_url: str) -> None:
    """In the service account's pages first, then through the mini-program, and once more: one unionid."""
    assert client.get(link_of(wechat_url, "wang")).status_code == 302
    with transaction(outside.sessions) as session:
        unionid = session.scalars(select(WechatIdentity.unionid)).one()
        patient = make_patient(session)
    on_the_phone(client, outside, patient.id, unionid=unionid)
    for _ in range(2):
        assert client.get(link_of(wechat_url, "wang")).headers["Location"] == "/h5/plan"


def test_a_newcomer_of_whom_nothing_is_kept_is_not_asked(client: FlaskClient, sent_link: str) -> None:
    """WeChat's silent login of the service account tells no unionid: this may well be the same person."""
    first = client.get("/h5/login", query_string={"next": "/h5/me"}).headers["Location"]
    back = requests.get(first.split("#")[0], params={"as": "liu"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    assert client.get(f"{address.path}?{address.query}").status_code == 302
    assert client.get(sent_link).headers["Location"] == "/h5/plan"


def test_a_newcomer_is_asked_about_a_login_link_in_a_chat(client: FlaskClient, sent_link: str) -> None:
    """The person of whom nothing is kept is the likeliest to be sent such a link."""
    away = client.get("/h5/login", query_string={"next": "/h5"}).headers["Location"]
    back = requests.get(away.split("#")[0], params={"as": "zhang"}, allow_redirects=False, timeout=5)
    address = urlsplit(back.headers["Location"])
    assert client.get(f"{address.path}?{address.query}").status_code == 302
    before = held(client)
    answer = client.get(sent_link, headers={"User-Agent": WECHAT})
    assert answer.status_code == 200 and "换成另一个人" in answer.text
    assert held(client) == before


def test_a_yes_is_good_once_and_in_the_browser_that_was_asked(
    _app: Flask, client: FlaskClient, wang: Patient, sent_link: str
) -> None:
    who = sealed_in(client.get(sent_link).text)
    other = _app.test_client()
    assert other.post("/h5/login/switch", data={"who": who}).status_code == 403
    assert client.post("/h5/login/switch", data={"who": who}).status_code == 302
    client.post("/h5/logout")
    assert client.post("/h5/login/switch", data={"who": who}).status_code == 403


@pytest.mark.parametrize("kind", ["oa", "mp"])
def test_a_newcomer_known_to_be_another_person_is_asked(
    client: FlaskClient, outside: Outside, sent_link: str, kind: str
) -> None:
    on_the_phone(client, outside, app_kind=kind, unionid="another person's")
    answer = client.get(sent_link)
    assert answer.status_code == 200 and "没开过卡的微信" in answer.text


def test_the_same_patient_is_not_asked(client: FlaskClient, outside: Outside, wechat_url: str) -> None:
    """Two WeChats of one patient that no unionid joins."""
    assert client.get(link_of(wechat_url, "wang")).status_code == 302
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        session.scalars(select(WechatIdentity)).one().patient_id = patient.id
    on_the_phone(client, outside, patient.id)
    assert client.get(link_of(wechat_url, "wang")).headers["Location"] == "/h5/plan"


def test_a_phone_nobody_is_signed_in_on_is_not_asked(client: FlaskClient, sent_link: str) -> None:
    client.set_cookie(PATIENT_COOKIE, "ended long ago")
    assert client.get(sent_link).headers["Location"] == "/h5/plan"


def test_a_login_link_in_a_chat_asks_even_where_nobody_is_signed_in(
    client: FlaskClient, outside: Outside, sent_link: str
) -> None:
    """The mini-program opens its page in its own web view; in WeChat's chat such a link was sent."""
    answer = client.get(sent_link, headers={"User-Agent": WECHAT})
    assert answer.status_code == 200 and "别人发给您的" in answer.text
    assert held(client) is None
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(PatientSession)) == 0


def test_the_mini_programs_own_web_view_is_not_asked(client: FlaskClient, sent_link: str) -> None:
    answer = client.get(sent_link, headers={"User-Agent": f"{WECHAT} miniProgram/wx0000000000000000"})
    assert answer.headers["Location"] == "/h5/plan"


@pytest.mark.browser
@pytest.mark.parametrize("large", [False, True])
def test_the_question_on_a_phone(
    _served: Served, browser: Browser, outside: Outside, wechat_url: str, large: bool
) -> None:
    with transaction(outside.sessions) as session:
        identity = make_identity(session, make_patient(session, large_type=large).id)
        token = sessions.open_session(session, identity.id, "page", clock.machine())
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": PATIENT_COOKIE, "value": token, "url": _served.url}])
    page = context.new_page()
    page.goto(_served.url + link_of(wechat_url, "liu"))
    page.screenshot(path=SHOTS / f"h5-switch-{'large' if large else 'plain'}.png", full_page=True)
    page.get_by_role("button", name="换成另一个人").click()
    page.wait_for_url("**/h5/activate")
    context.close()
