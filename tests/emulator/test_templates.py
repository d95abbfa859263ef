"""Template messages: typed keys, who may receive, what the phone shows, how a send ends."""

from typing import Any

import pytest

from tests.emulator.desk import Desk

LI = "li-jianguo"


def data(**values: str) -> dict[str, Any]:
    good = {"thing1": "血压随访", "time2": "2026年3月2日 10:00", "thing3": "心内科"}
    return {"data": {key: {"value": value} for key, value in {**good, **values}.items()}}


def test_a_card_shows_what_the_template_says(desk: Desk) -> None:
    desk.act(LI, "follow")
    answer = desk.remind(LI)
    assert answer["errcode"] == 0
    assert answer["msgid"] > 2**32
    card = desk.chat(LI)[-1]
    assert (card["kind"], card["title"], card["source"]) == ("template", "随访提醒", "随护示范医院")
    assert card["lines"] == [
        {"label": "随访项目", "value": "血压随访"},
        {"label": "随访时间", "value": "2026年3月2日 10:00"},
        {"label": "随访科室", "value": "心内科"},
    ]
    assert desk.act(LI, "tap", message_id=card["id"]) == {"open": "http://hospital.example/h5/plan"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
        ("thing1", "血压\n随访"),
        ("thing1", ""),
        ("time2", "明天上午"),
        ("thing9", "多出来的"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(desk: Desk, key: str, value: str) -> None:
    desk.act(LI, "follow")
    answer = desk.remind(LI, **data(**{key: value}))
    assert answer["errcode"] == 47003
    assert f"data.{key}.value" in answer["errmsg"]
    assert desk.chat(LI)[-1]["kind"] == "event"


def test_a_missing_key_is_named(desk: Desk) -> None:
    desk.act(LI, "follow")
    short = data()
    del short["data"]["thing3"]
    assert "thing3" in desk.remind(LI, **short)["errmsg"]


def test_the_old_templates_lose_first_line_remark_and_emoji(desk: Desk) -> None:
    desk.act(LI, "follow")
    old = {
        "template_id": desk.config["templates"][1]["template_id"],
        "data": {
            "first": {"value": "您好，预约成功", "color": "#ff0000"},
            "keyword1": {"value": "李建国😀"},
            "keyword2": {"value": "二〇二六年三月二日上午八点到八点三十分之间请您早到"},
            "remark": {"value": "请空腹"},
        },
    }
    assert desk.remind(LI, **old)["errcode"] == 0
    assert desk.chat(LI)[-1]["lines"] == [
        {"label": "就诊人", "value": "李建国"},
        {"label": "时间", "value": "二〇二六年三月二日上午八点到八点三十分之…"},
    ]


def test_only_followers_receive(desk: Desk) -> None:
    assert desk.remind(LI)["errcode"] == 43004


def test_the_mini_programs_openid_is_refused(desk: Desk) -> None:
    desk.act(LI, "follow")
    assert desk.remind(LI, touser=desk.openid(LI, "mp"))["errcode"] == 40003


def test_an_unknown_template_is_refused(desk: Desk) -> None:
    desk.act(LI, "follow")
    assert desk.remind(LI, template_id="nothing")["errcode"] == 40037


def test_a_template_somebody_refused_is_not_sent(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "block-template", template_id=desk.config["templates"][0]["template_id"])
    assert desk.remind(LI)["errcode"] == 43101
    desk.act(LI, "allow-template", template_id=desk.config["templates"][0]["template_id"])
    assert desk.remind(LI)["errcode"] == 0


def test_a_repeated_client_id_is_sent_once_within_ten_minutes(desk: Desk) -> None:
    desk.act(LI, "follow")
    first, second = (desk.remind(LI, client_msg_id="m-1") for _ in range(2))
    assert first["msgid"] == second["msgid"]
    desk.move_clock(601)
    assert desk.remind(LI, client_msg_id="m-1")["msgid"] != first["msgid"]
    assert sum(line["kind"] == "template" for line in desk.chat(LI)) == 2


def test_the_finish_event_names_the_message(desk: Desk) -> None:
    desk.act(LI, "follow")
    msgid = desk.remind(LI)["msgid"]
    [event] = desk.receiver.wait_for("TEMPLATESENDJOBFINISH")
    assert (event["MsgID"], event["Status"]) == (str(msgid), "success")
    assert event["FromUserName"] == desk.openid(LI)
    assert event["ToUserName"] == desk.config["oa"]["original_id"]


@pytest.mark.parametrize(
    ("fault", "status"), [("user_block", "failed:user block"), ("system_failed", "failed: system failed")]
)
def test_an_accepted_message_can_still_fail(desk: Desk, fault: str, status: str) -> None:
    desk.act(LI, "follow")
    desk.fault("/cgi-bin/message/template/send", fault)
    assert desk.remind(LI)["errcode"] == 0
    [event] = desk.receiver.wait_for("TEMPLATESENDJOBFINISH")
    assert event["Status"] == status
    assert all(line["kind"] != "template" for line in desk.chat(LI))


def test_the_finish_event_can_come_before_the_answer(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.fault("/cgi-bin/message/template/send", "finish_first")
    msgid = desk.remind(LI)["msgid"]
    assert [event["MsgID"] for event in desk.receiver.events("TEMPLATESENDJOBFINISH")] == [str(msgid)]


def test_the_finish_event_can_come_twice_or_never(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.fault("/cgi-bin/message/template/send", "no_finish")
    desk.remind(LI)
    desk.fault("/cgi-bin/message/template/send", "finish_twice")
    msgid = desk.remind(LI)["msgid"]
    events = desk.receiver.wait_for("TEMPLATESENDJOBFINISH", count=2)
    assert [event["MsgID"] for event in events] == [str(msgid)] * 2


def test_the_registry_tells_the_keys(desk: Desk) -> None:
    listed = desk.ask("/cgi-bin/template/get_all_private_template")["template_list"]
    assert "{{thing1.DATA}}" in listed[0]["content"]
    assert set(listed[0]) >= {
        "template_id",
        "title",
        "primary_industry",
        "deputy_industry",
        "content",
        "example",
    }
