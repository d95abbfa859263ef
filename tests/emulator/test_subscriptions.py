"""Subscription messages: consent is counted per person and template."""

from typing import Any

from tests.emulator.desk import Desk

LI, WANG = "li-jianguo", "wang-guifang"


def template(desk: Desk, number: int) -> str:
    return desk.config["subscribe_templates"][number]["priTmplId"]


def dose(desk: Desk, person: str) -> dict[str, Any]:
    """Send the long-term medication reminder."""
    data = {"thing1": "氨氯地平 5毫克", "time2": "08:00", "thing3": "早饭后服用"}
    return send(desk, person, 0, data)


def checkup(desk: Desk, person: str) -> dict[str, Any]:
    """Send the one-time check-up card."""
    return send(desk, person, 1, {"thing1": "年度体检", "date2": "2026年3月2日 08:00", "phrase3": "已确认"})


def send(desk: Desk, person: str, number: int, data: dict[str, str]) -> dict[str, Any]:
    body = {
        "touser": desk.openid(person, "mp"),
        "template_id": template(desk, number),
        "page": "pages/dose/index?id=1",
        "data": {key: {"value": value} for key, value in data.items()},
    }
    return desk.call("/cgi-bin/message/subscribe/send", body, "mp")


def accept(desk: Desk, person: str, number: int, answer: str = "accept") -> dict[str, Any]:
    one = template(desk, number)
    return desk.act(person, "subscribe-popup", template_ids=[one], answers={one: answer})


def test_without_consent_nothing_is_sent(desk: Desk) -> None:
    assert checkup(desk, LI)["errcode"] == 43101


def test_each_one_time_accept_permits_one_send(desk: Desk) -> None:
    for _ in range(2):
        assert accept(desk, LI, 1) == {template(desk, 1): "accept"}
    assert [checkup(desk, LI)["errcode"] for _ in range(3)] == [0, 0, 43101]
    assert checkup(desk, WANG)["errcode"] == 43101


def test_a_long_term_accept_permits_many(desk: Desk) -> None:
    accept(desk, LI, 0)
    assert [dose(desk, LI)["errcode"] for _ in range(4)] == [0] * 4
    card = desk.chat(LI)[-1]
    assert (card["kind"], card["source"], card["lines"][0]["value"]) == (
        "subscribe",
        desk.config["mp"]["name"],
        "氨氯地平 5毫克",
    )
    opened = desk.act(LI, "tap", message_id=card["id"])["open"]
    assert opened.startswith(f"{desk.config['mp']['web_url']}?code=")
    assert opened.endswith("&path=pages%2Fdose%2Findex%3Fid%3D1")


def test_the_popup_event_carries_each_answer(desk: Desk) -> None:
    accept(desk, LI, 0)
    accept(desk, LI, 1, "reject")
    first, second = desk.receiver.wait_for("subscribe_msg_popup_event", count=2)
    item = first["SubscribeMsgPopupEvent"]["List"]
    assert item == {"TemplateId": template(desk, 0), "SubscribeStatusString": "accept", "PopupScene": "0"}
    assert second["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "reject"
    assert first["FromUserName"] == desk.openid(LI, "mp")


def test_switching_a_template_off_is_told_and_ends_consent(desk: Desk) -> None:
    accept(desk, LI, 0)
    desk.act(LI, "block-template", template_id=template(desk, 0))
    [event] = desk.receiver.wait_for("subscribe_msg_change_event")
    assert event["SubscribeMsgChangeEvent"]["List"]["SubscribeStatusString"] == "reject"
    assert dose(desk, LI)["errcode"] == 43101


def test_the_sent_event_closes_a_send(desk: Desk) -> None:
    accept(desk, LI, 0)
    msgid = dose(desk, LI)["msgid"]
    [event] = desk.receiver.wait_for("subscribe_msg_sent_event")
    item = event["SubscribeMsgSentEvent"]["List"]
    assert (item["MsgID"], item["ErrorCode"], item["ErrorStatus"]) == (msgid, "0", "success")


def test_a_wrong_value_costs_no_consent(desk: Desk) -> None:
    accept(desk, LI, 1)
    bad = send(desk, LI, 1, {"thing1": "年度体检", "date2": "2026年3月2日", "phrase3": "confirmed"})
    assert bad["errcode"] == 47003
    assert "phrase3" in bad["errmsg"]
    assert checkup(desk, LI)["errcode"] == 0


def test_one_popup_does_not_mix_kinds(desk: Desk) -> None:
    both = [template(desk, 0), template(desk, 1)]
    assert desk.try_to(LI, "subscribe-popup", template_ids=both, answers={}).status_code == 409


def test_the_service_account_sends_its_own_subscriptions(desk: Desk) -> None:
    desk.act(LI, "follow")
    accept(desk, LI, 2)
    body = {
        "touser": desk.openid(LI),
        "template_id": template(desk, 2),
        "page": "http://hospital.example/h5",
        "data": {"thing1": {"value": "血压随访"}, "date2": {"value": "2026-03-02"}},
    }
    answers = [desk.call("/cgi-bin/message/subscribe/bizsend", body)["errcode"] for _ in range(2)]
    assert answers == [0, 43101]
    assert desk.chat(LI)[-1]["link"]["url"] == "http://hospital.example/h5"


def test_the_phone_shows_what_was_granted(desk: Desk) -> None:
    accept(desk, LI, 1)
    grants = desk.look(f"/phone/api/people/{LI}/state")["grants"]
    row = next(grant for grant in grants if grant["template_id"] == template(desk, 1))
    assert (row["title"], row["type"], row["credits"], row["state"]) == ("体检预约提醒", 2, 1, "accept")
