"""The callback door: what WeChat pushes is kept once; what is not WeChat's leaves nothing behind."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core import clock
from app.core.config import WeChatApp
from app.core.db import read_only
from app.core.ids import new_code
from app.factory import create_app
from app.wechat.crypto import Sealer, signature_of
from app.wechat.tables import Callback
from app.wiring import Outside
from bot.callback import callback
from tests.hospital import Hospital, Json

BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'


def kept(outside: Outside) -> list[Callback]:
    with read_only(outside.readers) as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def text_message(words: str = "你好", msg_id: int = 1) -> str:
    return (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>oWang</FromUserName>"
        f"<CreateTime>{int(clock.now().timestamp())}</CreateTime><MsgType>text</MsgType>"
        f"<Content><![CDATA[{words}]]></Content><MsgId>{msg_id}</MsgId></xml>"
    )


def signed(account: WeChatApp, sealed: str | None, **changes: str) -> dict[str, str]:
    """The query of a push, as WeChat signs it."""
    timestamp, nonce = changes.get("timestamp", str(int(clock.now().timestamp()))), new_code(8)
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "signature": signature_of(account.token, timestamp, nonce),
    }
    if sealed is not None:
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature_of(account.token, timestamp, nonce, sealed),
        }
    return query | changes


def push(client: FlaskClient, query: Mapping[str, str], body: str, account: str = "oa") -> Any:
    return client.post(f"/wechat/callback/{account}?{urlencode(query)}", data=body.encode())


def push_sealed(client: FlaskClient, outside: Outside, message: str, **changes: str) -> Any:
    sealed = Sealer(outside.settings.oa).seal(message)
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return push(client, signed(outside.settings.oa, sealed, **changes), body)


def test_what_a_patient_writes_arrives_sealed_and_is_kept(hospital: Hospital) -> None:
    phone = hospital.phone("wang")
    phone.follow()
    phone.text("血压 ]]> 182/112")
    hospital.settle()
    rows = kept(hospital.outside)
    assert [row.kind for row in rows] == ["event.subscribe", "text"]
    assert "182/112" in rows[1].body
    assert [row["state"] for row in hospital.pushes()] == ["accepted", "accepted"]


def test_a_mini_programs_event_arrives_as_json(hospital: Hospital) -> None:
    hospital.phone("wang").subscribe("MpSubDoseLongTerm00000000000000000000000001")
    hospital.settle()
    (row,) = kept(hospital.outside)
    assert row.kind == "event.subscribe_msg_popup_event"
    assert row.app_id == hospital.outside.settings.mp.app_id
    assert json.loads(row.body)["List"]["SubscribeStatusString"] == "accept"


def test_a_push_that_wechat_repeats_is_kept_once(hospital: Hospital, wechat: Json) -> None:
    hospital.phone("wang").follow()
    hospital.settle()
    (row,) = hospital.pushes()
    again = wechat.post("/operator/api/callbacks/replay", id=row["id"], mutate="none")
    assert (again["status"], again["body"]) == (200, "success")
    assert len(kept(hospital.outside)) == 1


@pytest.mark.parametrize(
    ("mutate", "status"),
    [
        ("bad_signature", 403),
        ("old_timestamp", 403),
        ("tampered_body", 403),
        ("wrong_appid", 403),
        ("not_xml", 400),
    ],
)
def test_a_spoiled_push_is_refused_and_leaves_nothing(
    hospital: Hospital, wechat: Json, mutate: str, status: int
) -> None:
    hospital.phone("wang").follow()
    hospital.settle()
    (row,) = hospital.pushes()
    answer = wechat.post("/operator/api/callbacks/replay", id=row["id"], mutate=mutate)
    assert answer["status"] == status
    assert len(kept(hospital.outside)) == 1


def test_a_request_that_was_listened_to_and_sent_again_later_is_refused(
    client: FlaskClient, outside: Outside
) -> None:
    long_ago = str(int((clock.now() - timedelta(minutes=5, seconds=2)).timestamp()))
    assert push_sealed(client, outside, text_message(), timestamp=long_ago).status_code == 403
    assert kept(outside) == []


def test_an_entity_bomb_is_refused_outside_and_inside_the_envelope(
    client: FlaskClient, outside: Outside
) -> None:
    assert push(client, signed(outside.settings.oa, "x"), BOMB).status_code == 400
    assert push_sealed(client, outside, BOMB).status_code == 400
    assert kept(outside) == []


def test_bytes_that_are_no_text_are_refused(client: FlaskClient, outside: Outside) -> None:
    answer = client.post("/wechat/callback/oa?timestamp=1&nonce=2", data=b"\xff\xfe\x00")
    assert answer.status_code == 400


def test_a_kind_nobody_knows_is_answered_success_and_kept_raw(client: FlaskClient, outside: Outside) -> None:
    message = text_message().replace("<MsgType>text", "<MsgType>hologram")
    answer = push_sealed(client, outside, message)
    assert (answer.status_code, answer.text) == (200, "success")
    (row,) = kept(outside)
    assert (row.kind, row.body) == ("hologram", message)


def test_a_signed_message_that_names_no_kind_is_answered_success_and_kept_raw_once(
    client: FlaskClient, outside: Outside
) -> None:
    message = "<xml><FromUserName>oWang</FromUserName><CreateTime>1</CreateTime></xml>"
    for _ in range(2):
        assert push_sealed(client, outside, message).text == "success"
    assert push_sealed(client, outside, message.replace("1", "2")).text == "success"
    assert [(row.kind, row.body) for row in kept(outside)] == [
        ("unreadable", message),
        ("unreadable", message.replace("1", "2")),
    ]


def test_a_plain_body_is_read_in_tests_and_refused_in_production(
    client: FlaskClient, outside: Outside
) -> None:
    assert push(client, signed(outside.settings.oa, None), text_message()).status_code == 200
    live = replace_environment(outside, "production")
    served = create_app(live, programs=[callback]).test_client()
    assert push(served, signed(live.settings.oa, None), text_message(msg_id=2)).status_code == 403
    assert len(kept(outside)) == 1


def replace_environment(outside: Outside, environment: str) -> Outside:
    return replace(outside, settings=replace(outside.settings, environment=environment))


def test_a_mini_programs_token_does_not_open_the_service_accounts_door(
    client: FlaskClient, outside: Outside
) -> None:
    sealed = Sealer(outside.settings.mp).seal(text_message())
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
    assert push(client, signed(outside.settings.mp, sealed), body, "oa").status_code == 403


def test_the_address_is_confirmed_by_its_echo(client: FlaskClient, outside: Outside) -> None:
    query = signed(outside.settings.oa, None) | {"echostr": "7321"}
    answer = client.get(f"/wechat/callback/oa?{urlencode(query)}")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "7321", "text/plain")
    query["signature"] = "0" * 40
    assert client.get(f"/wechat/callback/oa?{urlencode(query)}").status_code == 403


def test_a_database_that_is_away_makes_wechat_come_again(client: FlaskClient, outside: Outside) -> None:
    with outside.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wechat_callbacks RENAME TO away"))
    try:
        assert push_sealed(client, outside, text_message()).status_code == 500
    finally:
        with outside.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO wechat_callbacks"))
    assert push_sealed(client, outside, text_message()).status_code == 200
    assert len(kept(outside)) == 1
