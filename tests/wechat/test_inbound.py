"""Every kind of message reads as its plain value, whichever spelling WeChat chose."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.config import WeChatApp
from app.wechat.bodies import Malformed, fields_of
from app.wechat.crypto import NotFromWeChat, Sealer, check_signature, signature_of
from app.wechat.inbound import (
    Follow,
    Inbound,
    MassResult,
    MenuClick,
    PatientLocation,
    PatientMedia,
    PatientOther,
    PatientText,
    Scan,
    SubscribeChange,
    TemplateResult,
    Unfollow,
    Unknown,
    dedupe_key,
    read,
)

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECOND = int(AT.timestamp())
APP = WeChatApp("wxoa0000000000test", "secret", "oatoken", "o" * 42 + "A")


def xml(inside: str, sender: str = "oWang", at: int = SECOND) -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime>{inside}</xml>"
    )


def event(name: str, inside: str = "") -> str:
    return xml(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{inside}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            xml("<MsgType><![CDATA[text]]></MsgType><Content>182/112 头晕</Content><MsgId>1</MsgId>"),
            PatientText("oWang", AT, "182/112 头晕", None),
        ),
        (
            xml(
                "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[有]]></Content>"
                "<bizmsgmenuid>q1:yes</bizmsgmenuid><MsgId>1</MsgId>"
            ),
            PatientText("oWang", AT, "有", "q1:yes"),
        ),
        (
            xml("<MsgType><![CDATA[image]]></MsgType><MediaId><![CDATA[m1]]></MediaId><MsgId>1</MsgId>"),
            PatientMedia("oWang", AT, "image", "m1"),
        ),
        (
            xml(
                "<MsgType><![CDATA[location]]></MsgType><Location_X>30.2</Location_X><Location_Y>120.1</Location_Y>"
                "<Label><![CDATA[西湖]]></Label><MsgId>1</MsgId>"
            ),
            PatientLocation("oWang", AT, 30.2, 120.1, "西湖"),
        ),
        (
            xml("<MsgType><![CDATA[link]]></MsgType><Title><![CDATA[化验单]]></Title><MsgId>1</MsgId>"),
            PatientOther("oWang", AT, "link", "化验单"),
        ),
        (event("subscribe", "<EventKey></EventKey>"), Follow("oWang", AT, None)),
        (
            event("subscribe", "<EventKey><![CDATA[qrscene_card.abc]]></EventKey>"),
            Follow("oWang", AT, "card.abc"),
        ),
        (
            event("subscribe", "<EventKey><![CDATA[last_trade_no_4000]]></EventKey>"),
            Follow("oWang", AT, None),
        ),
        (event("unsubscribe"), Unfollow("oWang", AT)),
        (event("SCAN", "<EventKey><![CDATA[card.abc]]></EventKey>"), Scan("oWang", AT, "card.abc")),
        (event("CLICK", "<EventKey><![CDATA[contact]]></EventKey>"), MenuClick("oWang", AT, "contact")),
        (
            event("TEMPLATESENDJOBFINISH", "<MsgID>3400000000000001</MsgID><Status>success</Status>"),
            TemplateResult("oWang", AT, (("3400000000000001", "success"),)),
        ),
        (
            event(
                "MASSSENDJOBFINISH",
                "<MsgID>1000001625</MsgID><Status>send success</Status><TotalCount>100</TotalCount>"
                "<FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount>",
            ),
            MassResult(
                "oWang",
                AT,
                "1000001625",
                "send success",
                {"total": 100, "filtered": 80, "sent": 75, "failed": 5},
            ),
        ),
        (event("LOCATION", "<Latitude>1</Latitude>"), Unknown("oWang", AT, "event.location")),
        (xml("<MsgType><![CDATA[hologram]]></MsgType>"), Unknown("oWang", AT, "hologram")),
    ],
)
def test_each_kind_reads_as_its_value(body: str, expected: Inbound) -> None:
    assert read(body) == expected


POPUP = {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "0"}
REFUSED = {"TemplateId": "T2", "SubscribeStatusString": "reject", "PopupScene": "0"}


@pytest.mark.parametrize(
    ("items", "answers"), [(POPUP, {"T1": "accept"}), ([POPUP, REFUSED], {"T1": "accept", "T2": "reject"})]
)
def test_a_popup_reads_the_same_as_json_and_as_xml_with_one_item_or_many(
    items: Any, answers: dict[str, str]
) -> None:
    head = {"FromUserName": "oWang", "CreateTime": str(SECOND), "MsgType": "event"}
    as_json = json.dumps({**head, "Event": "subscribe_msg_popup_event", "List": items})
    lists = "".join(
        f"<List><TemplateId>{item['TemplateId']}</TemplateId>"
        f"<SubscribeStatusString>{item['SubscribeStatusString']}</SubscribeStatusString></List>"
        for item in (items if isinstance(items, list) else [items])
    )
    as_xml = event("subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{lists}</SubscribeMsgPopupEvent>")
    assert read(as_json) == read(as_xml) == SubscribeChange("oWang", AT, answers, from_popup=True)


def test_a_failed_subscription_send_reads_as_a_result() -> None:
    item = {"TemplateId": "T1", "MsgID": "1864323726461255680", "ErrorCode": "-1", "ErrorStatus": "failed"}
    body = {
        "FromUserName": "oWang",
        "CreateTime": str(SECOND),
        "MsgType": "event",
        "Event": "subscribe_msg_sent_event",
        "List": item,
    }
    assert read(json.dumps(body)) == TemplateResult("oWang", AT, (("1864323726461255680", "failed"),))


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<xml><FromUserName>&b;</FromUserName></xml>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        "<xml><ToUserName>",
        "",
        "hello",
        "[]",
        "{",
        "<other></other>",
        "<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>",
        "<xml>" + "x" * 40_000 + "</xml>",
        "[" * 30_000,
    ],
)
def test_what_is_no_message_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        read(body)


@pytest.mark.parametrize(
    "inside",
    ["", "<MsgType>text</MsgType>", "<MsgType>event</MsgType>", "<MsgType>image</MsgType><MsgId>1</MsgId>"],
)
def test_a_message_without_what_it_needs_is_refused(inside: str) -> None:
    with pytest.raises(Malformed):
        read(f"<xml>{inside}</xml>")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_and_never_crashes(body: str) -> None:
    with contextlib.suppress(Malformed):
        read(body)


NAMES = ["MsgType", "Event", "FromUserName", "CreateTime", "List", "MsgID", "MsgId", "EventKey", "MediaId"]
VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=20),
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5)), max_size=3),
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_json_is_read_or_refused_and_never_crashes(fields: dict[str, Any]) -> None:
    try:
        read(json.dumps(fields))
    except Malformed:
        return
    assert len(dedupe_key("wx1", fields)) == 64


def key(body: str, app_id: str = "wx1") -> str:
    return dedupe_key(app_id, fields_of(body))


def text_message(sender: str, msg_id: int, content: str = "你好") -> str:
    return xml(
        f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content><MsgId>{msg_id}</MsgId>", sender
    )


def test_a_repeat_has_the_same_key_and_another_message_has_not() -> None:
    first = key(text_message("oWang", 1))
    assert key(text_message("oWang", 1)) == first
    others = [
        key(text_message("oWang", 2)),
        key(text_message("oLi", 1)),
        key(text_message("oWang", 1), "wx2"),
    ]
    assert len({first, *others}) == 4


def popup(template: str) -> str:
    inside = (
        f"<SubscribeMsgPopupEvent><List><TemplateId>{template}</TemplateId></List></SubscribeMsgPopupEvent>"
    )
    return event("subscribe_msg_popup_event", inside)


def test_events_of_one_second_have_keys_of_their_own() -> None:
    bodies = [
        event("unsubscribe"),
        event("LOCATION"),
        event("SCAN", "<EventKey>card.a</EventKey>"),
        event("SCAN", "<EventKey>card.b</EventKey>"),
        event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>success</Status>"),
        event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID><Status>success</Status>"),
        popup("A"),
        popup("B"),
    ]
    assert len({key(body) for body in bodies}) == len(bodies)


@given(st.text(max_size=500))
def test_what_was_sealed_opens_again(text: str) -> None:
    sealer = Sealer(APP)
    assert sealer.open(sealer.seal(text)) == text


def test_a_message_for_another_account_is_refused() -> None:
    other = WeChatApp("wx0000000000000000", "secret", APP.token, APP.aes_key)
    with pytest.raises(NotFromWeChat):
        Sealer(APP).open(Sealer(other).seal("<xml></xml>"))


@given(st.binary(max_size=80))
def test_rubbish_in_the_envelope_is_refused_and_never_crashes(rubbish: bytes) -> None:
    with pytest.raises(NotFromWeChat):
        Sealer(APP).open(rubbish.decode("latin-1"))


def test_wechats_own_signature_example() -> None:
    """The vector of the access guide: token, timestamp and nonce sorted, joined, hashed."""
    assert signature_of("oatoken", "1409735669", "xxxxxx") == signature_of("xxxxxx", "oatoken", "1409735669")
    check_signature(signature_of("a", "b"), "b", "a")
    with pytest.raises(NotFromWeChat):
        check_signature(signature_of("a", "b"), "a", "c")
    with pytest.raises(NotFromWeChat):
        check_signature("签名", "a", "b")


def test_half_an_emoji_does_not_take_the_words_with_it() -> None:
    body = '{"MsgType":"text","FromUserName":"o1","CreateTime":1772416800,"MsgId":7,"Content":"胸痛\\ud83d"}'
    message = read(body)
    assert isinstance(message, PatientText) and message.text == "胸痛\ufffd"
