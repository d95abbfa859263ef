"""A talk over WeChat: what the nurse writes appears on the phone, what the patient writes in her inbox."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.tables import Alert
from app.conversations.tables import Conversation
from app.core import clock
from app.core.db import transaction
from tests.factories.joined import join
from tests.factories.staff import make_account, make_shift, sign_in_as
from tests.factories.ward import Ward
from tests.hospital import Hospital, Phone


@pytest.fixture
def phone(hospital: Hospital) -> Phone:
    return hospital.phone("wang")


@pytest.fixture
def ward(hospital: Hospital, phone: Phone, client: FlaskClient) -> Ward:
    """王桂芳 follows the account; her nurse is at the console."""
    found = join(hospital, phone)
    with transaction(hospital.outside.sessions) as session:
        sign_in_as(client, session, found.nurse)
    return found


def talk_id(hospital: Hospital) -> str:
    with transaction(hospital.outside.sessions) as session:
        return session.scalars(select(Conversation.id)).one()


def send(client: FlaskClient, talk: str, text: str, request_id: str = "request-0001", **more: str) -> int:
    data = {"text": text, "request_id": request_id, **more}
    return client.post(f"/console/inbox/{talk}/lines", data=data).status_code


def test_a_reply_appears_on_the_phone_once_however_often_she_clicks(
    hospital: Hospital, phone: Phone, client: FlaskClient, ward: Ward
) -> None:
    phone.text("李护士，药要空腹吃吗？")
    hospital.work()
    assert "药要空腹吃吗" in client.get("/console/inbox").text
    talk = talk_id(hospital)
    for _ in range(2):
        assert send(client, talk, "饭后吃就行。") == 200
    hospital.work()
    assert phone.texts()[-1:] == ["饭后吃就行。"]
    assert phone.texts().count("饭后吃就行。") == 1
    assert "已送达" in client.get(f"/console/inbox/{talk}/lines").text
    phone.text("好的，谢谢")
    hospital.work()
    assert "好的，谢谢" in client.get(f"/console/inbox/{talk}/lines").text


def test_behind_a_shut_window_the_card_is_legal_and_leads_to_the_text(
    hospital: Hospital, phone: Phone, client: FlaskClient, ward: Ward
) -> None:
    phone.text("李护士，药要空腹吃吗？")
    hospital.work()
    hospital.travel(hours=49)
    with transaction(hospital.outside.sessions) as session:
        sign_in_as(client, session, ward.nurse)
    talk = talk_id(hospital)
    assert send(client, talk, "饭后吃就行。") == 409
    assert send(client, talk, "饭后吃就行。", "request-0002", how="card") == 200
    hospital.work()
    (card,) = phone.cards()
    link = phone.tap(card)
    assert link is not None
    assert link.startswith(f"{hospital.outside.settings.public_url}/h5/messages")
    lines = client.get(f"/console/inbox/{talk}/lines").text
    assert "已送达" in lines
    assert "患者还没有打开" in lines
    assert not [call for call in hospital.calls("/cgi-bin/message/custom/send") if call.get("errcode")]


def test_a_reply_that_wechat_refuses_comes_back_with_its_reason(
    hospital: Hospital, phone: Phone, client: FlaskClient, ward: Ward
) -> None:
    phone.text("李护士，药要空腹吃吗？")
    hospital.work()
    talk = talk_id(hospital)
    hospital.fault("/cgi-bin/message/custom/send", "45015", times=1)
    assert send(client, talk, "饭后吃就行。") == 200
    hospital.work()
    lines = client.get(f"/console/inbox/{talk}/lines").text
    assert "放回输入框" in lines
    with transaction(hospital.outside.sessions) as session:
        assert session.scalars(select(Conversation.waiting_since)).one() is not None
    assert "王桂芳" in client.get("/console/inbox").text


def test_words_of_danger_alert_and_are_answered_in_the_chat(
    hospital: Hospital, phone: Phone, client: FlaskClient, ward: Ward
) -> None:
    phone.text("没有胸痛，就是问问药")
    hospital.work()
    with transaction(hospital.outside.sessions) as session:
        assert session.scalars(select(Alert)).all() == []
    phone.text("胸口痛得厉害")
    hospital.work()
    with transaction(hospital.outside.sessions) as session:
        assert session.scalars(select(Alert.reason)).all() == ["red_flag_words"]
    assert "拨打 120" in phone.texts()[-1]
    assert "患者提到胸痛" in client.get("/console").text


def test_a_danger_of_somebody_without_a_card_reaches_the_phone_of_the_nurse_on_duty(
    hospital: Hospital, phone: Phone, client: FlaskClient
) -> None:
    hers = hospital.phone("li")
    for each in (phone, hers):
        each.follow()
    hospital.work()
    with transaction(hospital.outside.sessions) as session:
        nurse = make_account(session, oa_openid=hers.openid())
        make_shift(session, nurse.id, starts_at=clock.now() - timedelta(hours=1), hours=8)
        sign_in_as(client, session, nurse)
    phone.text("胸口痛得厉害")
    hospital.work()
    assert "还不认识您" in phone.texts()[-1]
    (card,) = hers.cards()
    link = hers.tap(card)
    public_url = hospital.outside.settings.public_url
    page = client.get(link.removeprefix(public_url)).text
    assert "胸口痛得厉害" in page and f"/console/inbox/{talk_id(hospital)}" in page
