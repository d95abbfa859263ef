"""A patient activates a card on the phone: step by step, forgiving, exactly once."""

import logging
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
import requests
import structlog
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core import clock
from app.core.db import read_only, transaction
from app.http.limits import PHONE_CODES
from app.messaging.tables import Message
from app.patients.identities import note_follow
from app.patients.tables import Card, Consent, Patient, WechatIdentity
from app.wiring import Outside
from tests.factories.patients import an_id_number, make_card, make_identity, make_patient, on_the_phone
from tests.hospital import Json

NUMBER = an_id_number(date(1958, 1, 1), number=77)
AGREED = {"health_data": "2026-03", "reminders": "2026-11"}


@pytest.fixture
def card(outside: Outside) -> Card:
    with transaction(outside.sessions) as session:
        return make_card(session, code="A7K29QPX3MNB")


@pytest.fixture
def phone(client: FlaskClient, outside: Outside, card: Card) -> FlaskClient:
    """A newcomer's phone, on the pages of the service account, with the card scanned."""
    on_the_phone(client, outside, pending_card_id=card.id)
    return client


def fill_in(phone: FlaskClient, number: str = NUMBER) -> None:
    """The steps before the consents."""
    phone.post("/h5/activate/phone", data={"phone": "13800001001"})
    phone.post("/h5/activate/person", data={"name": "王桂芳", "id_number": number})


def count(outside: Outside, kind: type) -> int:
    with read_only(outside.readers) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_scanned_card_is_activated_in_three_steps(phone: FlaskClient, outside: Outside, card: Card) -> None:
    assert card.serial in phone.get("/h5/activate").text
    answer = phone.post("/h5/activate/phone", data={"phone": "138 0000 1001"}, follow_redirects=True)
    assert "您是哪一位" in answer.text
    answer = phone.post(
        "/h5/activate/person", data={"name": "王桂芳", "id_number": NUMBER}, follow_redirects=True
    )
    assert "1958年1月1日" in answer.text and "女" in answer.text
    assert "138 0000 1001" in answer.text, "she looks over every digit she has typed"
    assert f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    answer = phone.post("/h5/activate", data=AGREED, follow_redirects=True)
    assert answer.request.path == "/h5/card"
    assert "开卡成功" in answer.text and card.serial in answer.text
    with read_only(outside.readers) as session:
        patient = session.scalars(select(Patient)).one()
        assert (patient.name, patient.phone, patient.phone_verified) == ("王桂芳", "13800001001", False)
        assert session.scalars(select(WechatIdentity.pending_card_id)).one() is None
        assert set(session.scalars(select(Consent.purpose))) == set(AGREED)


def test_wechats_button_gives_a_verified_number(
    client: FlaskClient, outside: Outside, card: Card, wechat_url: str
) -> None:
    on_the_phone(client, outside, app_kind="mp", pending_card_id=card.id)
    assert 'data-bridge="getPhoneNumber"' in client.get("/h5/activate").text
    given = requests.post(f"{wechat_url}/phone/api/people/wang/phone-number-code", timeout=5).json()
    client.post("/h5/activate/phone", data={"code": given["code"]})
    client.post("/h5/activate/person", data={"name": "王桂芳", "id_number": NUMBER})
    client.post("/h5/activate", data=AGREED)
    with read_only(outside.readers) as session:
        patient = session.scalars(select(Patient)).one()
        assert (patient.phone, patient.phone_verified) == ("13800001001", True)


def test_a_phone_code_wechat_does_not_know_leaves_the_manual_way(
    phone: FlaskClient, outside: Outside
) -> None:
    answer = phone.post("/h5/activate/phone", data={"code": "invented"})
    assert answer.status_code == 422
    assert "微信没有给出手机号" in answer.text and 'name="phone"' in answer.text


def test_who_taps_wechats_button_again_and_again_is_asked_to_wait_or_to_type(
    phone: FlaskClient, wechat: Json
) -> None:
    for _ in range(PHONE_CODES.amount):
        assert phone.post("/h5/activate/phone", data={"code": "invented"}).status_code == 422
    answer = phone.post("/h5/activate/phone", data={"code": "invented"})
    assert answer.status_code == 429
    assert "点得太频繁了，请过一分钟再点，或者自己填手机号。" in answer.text and 'name="phone"' in answer.text
    asked = wechat.get("/operator/api/journal", path="/wxa/business/getuserphonenumber", limit=100)["calls"]
    assert [call["errcode"] for call in asked].count(40029) == PHONE_CODES.amount
    assert phone.post("/h5/activate/phone", data={"phone": "13800001001"}).status_code == 302


def test_outside_the_mini_program_there_is_no_button_that_cannot_work(phone: FlaskClient) -> None:
    assert "getPhoneNumber" not in phone.get("/h5/activate").text


@pytest.mark.parametrize(
    "number, words",
    [
        (NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), "最后一位对不上"),
        (NUMBER[:-1], "18位"),
        ("320101800101123", "15位"),
        ("", "18位"),
    ],
)
def test_a_wrong_id_number_is_told_in_words_and_nothing_typed_is_lost(
    phone: FlaskClient, number: str, words: str
) -> None:
    phone.post("/h5/activate/phone", data={"phone": "13800001001"})
    answer = phone.post("/h5/activate/person", data={"name": "王桂芳", "id_number": number})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="王桂芳"' in answer.text and f'value="{number}"' in answer.text


def test_all_mistakes_of_a_step_are_told_at_once(phone: FlaskClient) -> None:
    phone.post("/h5/activate/phone", data={"phone": "13800001001"})
    answer = phone.post("/h5/activate/person", data={"name": "W", "id_number": "1"})
    assert "中文姓名" in answer.text and "18位" in answer.text


def test_without_the_needed_consent_the_page_says_so_and_keeps_the_other_tick(
    phone: FlaskClient, outside: Outside
) -> None:
    fill_in(phone)
    answer = phone.post("/h5/activate", data={"reminders": "2026-11"})
    assert answer.status_code == 422
    assert "要先同意“使用我的健康信息”" in answer.text
    assert re.search(r'id="f-reminders"[^>]*checked', answer.text)
    assert not re.search(r'id="f-health_data"[^>]*checked', answer.text)
    assert count(outside, Patient) == 0


def test_no_consent_is_ticked_beforehand(phone: FlaskClient) -> None:
    fill_in(phone)
    assert " checked" not in phone.get("/h5/activate").text


def test_one_may_go_back_a_step_but_not_ahead(phone: FlaskClient) -> None:
    assert "您的手机号" in phone.get("/h5/activate?step=consents").text
    fill_in(phone)
    assert 'value="13800001001"' in phone.get("/h5/activate?step=phone").text
    assert "请看一遍" in phone.get("/h5/activate").text


def test_skipping_the_steps_activates_nothing(phone: FlaskClient, outside: Outside) -> None:
    assert phone.post("/h5/activate", data=AGREED).headers["Location"] == "/h5/activate"
    assert count(outside, Patient) == 0


def test_the_draft_on_the_phone_is_unreadable_and_opens_for_nobody_else(
    phone: FlaskClient, outside: Outside, card: Card
) -> None:
    fill_in(phone)
    draft = phone.get_cookie("suihu_draft", path="/h5/activate")
    assert draft and NUMBER not in draft.value and "13800001001" not in draft.value
    other = phone.application.test_client()
    on_the_phone(other, outside, pending_card_id=card.id)
    other.set_cookie("suihu_draft", draft.value, path="/h5/activate")
    assert "您的手机号" in other.get("/h5/activate").text


def test_a_double_tap_activates_once(phone: FlaskClient, outside: Outside) -> None:
    fill_in(phone)
    first = phone.post("/h5/activate", data=AGREED)
    second = phone.post("/h5/activate", data=AGREED, follow_redirects=True)
    assert first.headers["Location"].startswith("/h5/card?new=")
    assert second.request.path == "/h5/card"
    assert (count(outside, Patient), count(outside, Consent)) == (1, 2)


def test_two_people_scan_one_card_and_the_second_is_told(
    phone: FlaskClient, outside: Outside, card: Card
) -> None:
    second = phone.application.test_client()
    on_the_phone(second, outside, pending_card_id=card.id)
    fill_in(phone)
    fill_in(second, an_id_number())
    phone.post("/h5/activate", data=AGREED)
    answer = second.post("/h5/activate", data=AGREED, follow_redirects=True)
    assert "已经有人在用了" in answer.text
    assert count(outside, Patient) == 1


def test_a_second_scan_shows_the_same_card(phone: FlaskClient, outside: Outside, card: Card) -> None:
    fill_in(phone)
    phone.post("/h5/activate", data=AGREED)
    with transaction(outside.sessions) as session:
        session.scalars(select(WechatIdentity)).one().pending_card_id = card.id
    answer = phone.get("/h5/activate", follow_redirects=True)
    assert answer.request.path == "/h5/card" and card.serial in answer.text


def test_one_more_card_needs_nothing_typed_again(phone: FlaskClient, outside: Outside) -> None:
    fill_in(phone)
    phone.post("/h5/activate", data=AGREED)
    with transaction(outside.sessions) as session:
        second = make_card(session)
        session.scalars(select(WechatIdentity)).one().pending_card_id = second.id
    page = phone.get("/h5/activate").text
    assert "再开一张卡" in page and 'name="health_data"' not in page and 'name="health_education"' in page
    answer = phone.post("/h5/activate", follow_redirects=True)
    assert second.serial in answer.text
    assert count(outside, Patient) == 1


def test_an_id_number_of_somebody_else_is_sent_to_the_desk(phone: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_patient(session, name="别人", id_number=NUMBER)
    fill_in(phone)
    answer = phone.post("/h5/activate", data=AGREED)
    assert answer.status_code == 409 and "请带身份证到服务台核对" in answer.text


def test_somebody_without_a_card_types_the_code(client: FlaskClient, outside: Outside, card: Card) -> None:
    on_the_phone(client, outside)
    assert "填卡号" in client.get("/h5/activate").text
    answer = client.post("/h5/activate/code", data={"code": "a7k2-9qpx-3mnb"}, follow_redirects=True)
    assert card.serial in answer.text and "您的手机号" in answer.text


def test_a_used_code_is_refused(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_card(session, make_patient(session).id, code="USEDUSEDUSED")
        make_card(session, code="CQLDCQLDCQLD", status="frozen")
    on_the_phone(client, outside)
    used = client.post("/h5/activate/code", data={"code": "USED-USED-USED"})
    assert used.status_code == 409 and "已经有人在用了" in used.text
    frozen = client.post("/h5/activate/code", data={"code": "CQLD-CQLD-CQLD"})
    assert frozen.status_code == 409 and "已经停用" in frozen.text


def test_after_ten_wrong_codes_one_waits_even_with_the_right_one(
    client: FlaskClient, outside: Outside, card: Card
) -> None:
    on_the_phone(client, outside)
    for _ in range(10):
        wrong = client.post("/h5/activate/code", data={"code": "WRNG-WRNG-WRNG"})
        assert wrong.status_code == 422 and 'value="WRNG-WRNG-WRNG"' in wrong.text
    answer = client.post("/h5/activate/code", data={"code": "A7K2-9QPX-3MNB"})
    assert answer.status_code == 429
    assert "请过 10 分钟再试" in answer.text
    other = client.application.test_client()
    on_the_phone(other, outside)
    assert other.post("/h5/activate/code", data={"code": "A7K2-9QPX-3MNB"}).status_code == 302


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Everything the process logs from here on, structured or not, as it would stand in the file."""
    lines = StringIO()
    kept, root = structlog.get_config(), logging.getLogger()
    handler, level = logging.StreamHandler(lines), root.level
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(lines),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)
    structlog.configure(**kept)


def test_nothing_private_is_logged_in_a_whole_activation(phone: FlaskClient, written: StringIO) -> None:
    phone.post("/h5/activate/phone", data={"code": "invented"})
    phone.post("/h5/activate/person", data={"name": "王桂芳", "id_number": NUMBER[:-2]})
    fill_in(phone)
    phone.post("/h5/activate", data={})
    phone.post("/h5/activate", data=AGREED)
    assert phone.get("/h5/me").status_code == 200
    text = written.getvalue()
    assert "phone.not_given" in text, "the log was not captured"
    for private in ("13800001001", NUMBER, NUMBER[:-2], "王桂芳", "invented"):
        assert private not in text


def test_a_page_of_the_service_account_offers_the_way_to_the_mini_program(phone: FlaskClient) -> None:
    page = phone.get("/h5/activate").text
    assert 'data-bridge="openMiniProgram" data-path="pages/open?to=/h5/activate"' in page


def test_a_scanned_card_in_use_is_said_and_what_to_do(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        owner = make_patient(session, name="李建国")
        card = make_card(session, owner.id)
    on_the_phone(client, outside, pending_card_id=card.id)
    page = client.get("/h5/activate", follow_redirects=True).text
    assert "这张卡已经有人在用了" in page
    assert "请带着卡到医院服务台" in page
    assert 'name="code"' not in page
    assert "李" not in page.split("<main")[1]
    assert 'name="code"' in client.get("/h5/activate/code").text


@pytest.mark.parametrize("own, follows", [(False, False), (False, True), (True, True)])
def test_who_scans_a_used_card_is_greeted_with_the_truth(outside: Outside, own: bool, follows: bool) -> None:
    with transaction(outside.sessions) as session:
        owner = make_patient(session, name="李建国")
        card = make_card(session, owner.id)
        identity = make_identity(session, owner.id if own else None, following=follows)
        note_follow(session, identity.app_id, identity.openid, None, card.scene, clock.now())
    with read_only(outside.readers) as session:
        message = session.scalars(select(Message).where(Message.purpose == "welcome")).one()
    assert "认出来" not in (message.text or "")
    assert ("已经有人在用了" in (message.text or "")) is not own
    assert message.link == ("/h5/card" if own else "/h5/activate/closed/card_used")
    assert "李建国" not in (message.text or "")


def test_large_type_chosen_on_the_way_is_kept(phone: FlaskClient, outside: Outside, card: Card) -> None:
    phone.post("/h5/large-type", data={"on": "yes", "back": "/h5/activate"})
    fill_in(phone)
    answer = phone.post("/h5/activate", data=AGREED, follow_redirects=True)
    assert "开卡成功" in answer.text
    assert 'class="large-type"' in answer.text
    with read_only(outside.readers) as session:
        assert session.scalars(select(Patient.large_type)).one()


def test_changing_the_type_keeps_the_page_as_it_was(phone: FlaskClient, card: Card) -> None:
    fill_in(phone)
    answer = phone.post("/h5/activate", data=AGREED, follow_redirects=True)
    back = re.search(r'name="back" value="([^"]+)"', answer.text)
    assert back is not None
    again = phone.post("/h5/large-type", data={"on": "yes", "back": back[1]}, follow_redirects=True)
    assert "开卡成功" in again.text
    assert "看看接下来的安排" in again.text


def test_a_refused_step_comes_back_to_the_page_it_was_on(phone: FlaskClient) -> None:
    wrong = phone.post(
        "/h5/activate/phone", data={"phone": "1"}, headers={"Referer": "http://localhost/h5/activate"}
    )
    assert wrong.status_code == 422
    assert 'name="back" value="/h5/activate"' in wrong.text
