"""Callbacks: signed, sealed, in order, three tries, and what a reply becomes in the chat."""

import threading
import time

import pytest
from wechatpy.utils import WeChatSigner

from tests.emulator.desk import Desk
from tests.emulator.receiver import Callback, crypto_of

LI, WANG = "li-jianguo", "wang-guifang"
BROKEN = "该公众号提供的服务出现故障，请稍后再试"


def with_oa(desk: Desk, **changes: str) -> None:
    desk.operate("config", **desk.config | {"oa": desk.config["oa"] | changes})


def text_reply(callback: Callback, content: str) -> str:
    fields = callback.fields
    return (
        f"<xml><ToUserName><![CDATA[{fields['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{fields['ToUserName']}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content></xml>"
    )


def test_a_message_arrives_sealed(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="血压 182/112，头晕 <b>&]]></b>")
    [message] = desk.receiver.wait_for("text")
    assert message["Content"] == "血压 182/112，头晕 <b>&]]></b>"
    assert message["FromUserName"] == desk.openid(LI)
    assert int(message["MsgId"]) > 2**32
    raw = desk.receiver.received[-1]
    assert "血压" not in raw.body
    assert raw.query["openid"] == desk.openid(LI)
    signer = WeChatSigner()
    signer.add_data(desk.config["oa"]["token"], raw.query["timestamp"], raw.query["nonce"])
    assert raw.query["signature"] == signer.signature


def test_plain_and_compatible_modes_show_the_fields(desk: Desk) -> None:
    desk.act(LI, "follow")
    with_oa(desk, callback_mode="plain")
    desk.act(LI, "text", content="明文")
    desk.receiver.wait_for("text")
    assert "<Content><![CDATA[明文]]></Content>" in desk.receiver.received[-1].body
    assert "msg_signature" not in desk.receiver.received[-1].query
    with_oa(desk, callback_mode="compatible")
    desk.act(LI, "text", content="兼容")
    assert desk.receiver.wait_for("text", count=2)[1]["Content"] == "兼容"
    both = desk.receiver.received[-1].body
    assert "<Content><![CDATA[兼容]]></Content>" in both
    assert "<Encrypt>" in both


def test_three_tries_then_the_person_is_told(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    desk.receiver.answer = lambda callback: (500, "")
    desk.act(LI, "text", content="在吗")
    tries = desk.receiver.wait_for("text", count=3)
    assert len({one["MsgId"] for one in tries}) == 1
    nonces = {one.query["nonce"] for one in desk.receiver.received if one.fields["MsgType"] == "text"}
    assert len(nonces) == 3
    assert wait_for_line(desk, LI, BROKEN)
    assert callback_of(desk, "text")["state"] == "failed"


def test_a_later_try_is_enough(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    answers = iter([(500, ""), (200, "success")])
    desk.receiver.answer = lambda callback: next(answers)
    desk.act(LI, "text", content="在吗")
    desk.receiver.wait_for("text", count=2)
    assert wait_for_state(desk, "text", "accepted")
    assert BROKEN not in [line.get("content") for line in desk.chat(LI)]


def test_an_answer_that_is_no_reply_is_shown_as_a_fault(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    desk.receiver.answer = lambda callback: (200, "OK!")
    desk.act(LI, "text", content="在吗")
    assert wait_for_line(desk, LI, BROKEN)
    assert len(desk.receiver.wait_for("text")) == 1


def test_a_sealed_reply_is_shown(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    crypto = crypto_of(desk.config["oa"])

    def reply(callback: Callback) -> tuple[int, str]:
        sealed = crypto.encrypt_message(
            text_reply(callback, "您好，护士稍后联系您"), callback.query["nonce"], callback.query["timestamp"]
        )
        return 200, sealed

    desk.receiver.answer = reply
    desk.act(LI, "text", content="你好")
    assert wait_for_line(desk, LI, "您好，护士稍后联系您")


def test_a_clear_reply_is_shown_in_plain_mode_only(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    desk.receiver.answer = lambda callback: (200, text_reply(callback, "收到"))
    desk.act(LI, "text", content="一")
    assert wait_for_line(desk, LI, BROKEN)
    with_oa(desk, callback_mode="plain")
    desk.act(LI, "text", content="二")
    assert wait_for_line(desk, LI, "收到")


def test_a_news_reply_is_a_card(desk: Desk) -> None:
    with_oa(desk, callback_mode="plain")
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    item = "<item><Title>控盐</Title><Description>每天五克</Description><Url>http://a.example</Url></item>"

    def reply(callback: Callback) -> tuple[int, str]:
        whole = text_reply(callback, "").replace("CDATA[text]", "CDATA[news]")
        return 200, whole.replace(
            "</xml>", f"<ArticleCount>1</ArticleCount><Articles>{item}</Articles></xml>"
        )

    desk.receiver.answer = reply
    desk.act(LI, "text", content="文章")
    wait_for_state(desk, "text", "replied")
    news = desk.chat(LI)[-1]
    assert (news["kind"], news["articles"][0]["title"]) == ("news", "控盐")


def test_one_person_is_told_in_order_and_holds_up_nobody(desk: Desk) -> None:
    for person in (LI, WANG):
        desk.act(person, "follow")
    desk.receiver.wait_for("subscribe", count=2)
    slow, other_came = desk.openid(LI), threading.Event()

    def answer(callback: Callback) -> tuple[int, str]:
        if callback.query["openid"] == slow:
            # Below the five seconds WeChat waits: with one lane for all, the other person would come last.
            other_came.wait(4)
        else:
            other_came.set()
        return 200, "success"

    desk.receiver.answer = answer
    for number in range(4):
        desk.act(LI, "text", content=str(number))
    desk.act(WANG, "text", content="王")
    arrived = desk.receiver.wait_for("text", count=5)
    assert [one["Content"] for one in arrived if one["FromUserName"] == slow] == ["0", "1", "2", "3"]
    assert [one["Content"] for one in arrived].index("王") <= 1


def test_the_mini_program_can_be_told_in_json(desk: Desk) -> None:
    mini = desk.config["mp"] | {"callback_format": "json", "callback_mode": "plain"}
    desk.receiver.answer = lambda callback: (200, "success")
    desk.operate("config", **desk.config | {"mp": mini})
    template = desk.config["subscribe_templates"][0]["priTmplId"]
    seen: list[str] = []
    read, desk.receiver.read = desk.receiver.read, lambda one: seen.append(one.body) or {"MsgType": "json"}  # type: ignore[method-assign, func-returns-value]
    try:
        desk.act(LI, "subscribe-popup", template_ids=[template], answers={template: "accept"})
        desk.receiver.wait_for("json")
    finally:
        desk.receiver.read = read  # type: ignore[method-assign]
    assert '"Event": "subscribe_msg_popup_event"' in seen[0]
    assert f'"List": {{"TemplateId": "{template}"' in seen[0]


@pytest.mark.parametrize("mutate", ["none", "bad_signature", "old_timestamp", "tampered_body", "wrong_appid"])
def test_an_old_push_can_be_replayed_spoiled(desk: Desk, mutate: str) -> None:
    desk.act(LI, "follow")
    desk.receiver.wait_for("subscribe")
    wait_for_state(desk, "subscribe", "accepted")
    read, bodies = desk.receiver.read, []
    desk.receiver.read = lambda one: bodies.append(one) or {"MsgType": "replay"}  # type: ignore[method-assign, func-returns-value]
    try:
        desk.operate("callbacks/replay", id=callback_of(desk, "subscribe")["id"], mutate=mutate)
    finally:
        desk.receiver.read = read  # type: ignore[method-assign]
    assert opens(desk, bodies[0]) is (mutate in ("none", "old_timestamp"))


def opens(desk: Desk, callback: Callback) -> bool:
    try:
        desk.receiver.read(callback)
    except Exception:  # wechatpy and the ciphers beneath it have no common error
        return False
    return True


def callback_of(desk: Desk, name: str) -> dict:
    rows = desk.look("/operator/api/callbacks")["callbacks"]
    return [row for row in rows if name in (row["fields"].get("Event"), row["fields"]["MsgType"])][-1]


def wait_for_state(desk: Desk, name: str, state: str) -> bool:
    return until(lambda: callback_of(desk, name)["state"] == state)


def wait_for_line(desk: Desk, person: str, content: str) -> bool:
    return until(lambda: content in [line.get("content") for line in desk.chat(person)])


def until(true_yet) -> bool:
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        if true_yet():
            return True
        time.sleep(0.02)
    return False
