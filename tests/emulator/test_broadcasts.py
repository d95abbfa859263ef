"""Tags, drafts, media and mass messages."""

from typing import Any

import requests

from tests.emulator.desk import Desk

LI, WANG, ZHANG = "li-jianguo", "wang-guifang", "zhang-min"


def tag(desk: Desk, name: str, *people: str) -> int:
    tag_id = desk.call("/cgi-bin/tags/create", {"tag": {"name": name}})["tag"]["id"]
    openids = [desk.openid(person) for person in people]
    answer = desk.call("/cgi-bin/tags/members/batchtagging", {"openid_list": openids, "tagid": tag_id})
    assert answer["errcode"] == 0
    return tag_id


def to_tag(desk: Desk, tag_id: int, **more: Any) -> dict[str, Any]:
    body = {"filter": {"is_to_all": False, "tag_id": tag_id}, "msgtype": "text", "text": {"content": "控盐"}}
    return desk.call("/cgi-bin/message/mass/sendall", body | more)


def draft(desk: Desk) -> str:
    cover = desk.upload("/cgi-bin/material/add_material", "a.jpg", b"jpeg", type="thumb")["media_id"]
    article = {
        "title": "高血压怎么吃",
        "digest": "少盐",
        "content": "<p>每天五克盐</p>",
        "thumb_media_id": cover,
    }
    return desk.call("/cgi-bin/draft/add", {"articles": [article]})["media_id"]


def test_a_tag_names_its_fans(desk: Desk) -> None:
    for person in (LI, WANG, ZHANG):
        desk.act(person, "follow")
    tag_id = tag(desk, "高血压", LI, WANG)
    page = desk.call("/cgi-bin/user/tag/get", {"tagid": tag_id})
    assert set(page["data"]["openid"]) == {desk.openid(LI), desk.openid(WANG)}
    assert desk.call("/cgi-bin/tags/getidlist", {"openid": desk.openid(LI)})["tagid_list"] == [tag_id]
    listed = desk.ask("/cgi-bin/tags/get")["tags"]
    assert {"id": tag_id, "name": "高血压", "count": 2} in listed
    desk.call("/cgi-bin/tags/members/batchuntagging", {"openid_list": [desk.openid(LI)], "tagid": tag_id})
    assert desk.ask("/cgi-bin/user/info", openid=desk.openid(LI))["tagid_list"] == []


def test_tagging_strangers_fails_for_them_alone(desk: Desk) -> None:
    desk.act(LI, "follow")
    tag_id = tag(desk, "高血压", LI)
    body = {"openid_list": [desk.openid(LI), desk.openid(WANG)], "tagid": tag_id}
    answer = desk.call("/cgi-bin/tags/members/batchtagging", body)
    assert (answer["errcode"], answer["fail_openid_list"]) == (45171, [desk.openid(WANG)])


def test_tags_have_limits(desk: Desk) -> None:
    desk.act(LI, "follow")
    tag_id = tag(desk, "高血压", LI)
    create = "/cgi-bin/tags/create"
    assert desk.call(create, {"tag": {"name": "高血压"}})["errcode"] == 45157
    assert desk.call(create, {"tag": {"name": "长" * 31}})["errcode"] == 45158
    assert desk.call("/cgi-bin/tags/delete", {"tag": {"id": 2}})["errcode"] == 45058
    many = {"openid_list": [desk.openid(LI)] * 51, "tagid": tag_id}
    assert desk.call("/cgi-bin/tags/members/batchtagging", many)["errcode"] == 40032
    foreign = {"openid_list": [desk.openid(LI, "mp")], "tagid": tag_id}
    assert desk.call("/cgi-bin/tags/members/batchtagging", foreign)["errcode"] == 49003


def test_a_tag_receives_articles_and_the_numbers_come_back(desk: Desk) -> None:
    for person in (LI, WANG):
        desk.act(person, "follow")
    tag_id, media_id = tag(desk, "高血压", LI, WANG), draft(desk)
    answer = to_tag(desk, tag_id, msgtype="mpnews", text=None, mpnews={"media_id": media_id})
    assert answer["errcode"] == 0
    assert answer["msg_data_id"]
    [event] = desk.receiver.wait_for("MASSSENDJOBFINISH")
    counts = [event[name] for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")]
    assert (event["MsgID"], event["Status"], counts) == (
        str(answer["msg_id"]),
        "send success",
        ["2", "2", "2", "0"],
    )
    [article] = desk.chat(LI)[-1]["articles"]
    assert article["title"] == "高血压怎么吃"
    assert "每天五克盐" in requests.get(article["url"], timeout=10).text
    assert desk.call("/cgi-bin/draft/get", {"media_id": media_id})["errcode"] == 40007


def test_nobody_receives_more_than_four_a_month(desk: Desk) -> None:
    desk.act(LI, "follow")
    tag_id = tag(desk, "高血压", LI)
    for _ in range(5):
        assert to_tag(desk, tag_id)["errcode"] == 0
    events = desk.receiver.wait_for("MASSSENDJOBFINISH", count=5)
    assert [event["SentCount"] for event in events] == ["1", "1", "1", "1", "0"]
    assert events[-1]["ErrorCount"] == "1"
    assert sum(line["kind"] == "text" for line in desk.chat(LI)) == 4
    desk.move_clock(32 * 24 * 3600)
    desk.forget_tokens()
    assert to_tag(desk, tag_id)["errcode"] == 0
    assert desk.receiver.wait_for("MASSSENDJOBFINISH", count=6)[-1]["SentCount"] == "1"


def test_a_repeated_client_id_is_refused_with_the_first_id(desk: Desk) -> None:
    desk.act(LI, "follow")
    tag_id = tag(desk, "高血压", LI)
    first = to_tag(desk, tag_id, clientmsgid="tip-7")
    second = to_tag(desk, tag_id, clientmsgid="tip-7")
    assert (second["errcode"], second["msg_id"]) == (45065, first["msg_id"])


def test_everybody_can_be_reached(desk: Desk) -> None:
    for person in (LI, WANG):
        desk.act(person, "follow")
    body = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "春节快乐"}}
    assert desk.call("/cgi-bin/message/mass/sendall", body)["errcode"] == 0
    assert desk.chat(WANG)[-1]["content"] == desk.chat(LI)[-1]["content"] == "春节快乐"


def test_a_list_of_people_can_be_reached(desk: Desk) -> None:
    desk.act(LI, "follow")
    openids = [desk.openid(LI), desk.openid(WANG)]
    body = {"touser": openids, "msgtype": "text", "text": {"content": "复诊提醒"}}
    assert desk.call("/cgi-bin/message/mass/send", body)["errcode"] == 0
    [event] = desk.receiver.wait_for("MASSSENDJOBFINISH")
    assert (event["TotalCount"], event["SentCount"], event["ErrorCount"]) == ("2", "1", "1")
    assert desk.call("/cgi-bin/message/mass/send", body | {"touser": openids[:1]})["errcode"] == 40130


def test_a_preview_costs_nobody_a_message(desk: Desk) -> None:
    desk.act(LI, "follow")
    body = {"touser": desk.openid(LI), "msgtype": "mpnews", "mpnews": {"media_id": draft(desk)}}
    for _ in range(5):
        assert desk.call("/cgi-bin/message/mass/preview", body)["errcode"] == 0
    assert to_tag(desk, tag(desk, "高血压", LI))["errcode"] == 0
    desk.receiver.wait_for("MASSSENDJOBFINISH")
    assert desk.chat(LI)[-1]["kind"] == "text"


def test_an_unknown_tag_is_refused(desk: Desk) -> None:
    assert to_tag(desk, 999)["errcode"] == 40152


def test_media_live_three_days_and_belong_to_one_app(desk: Desk) -> None:
    media_id = desk.upload("/cgi-bin/media/upload", "a.png", b"png", type="image")["media_id"]
    assert desk.ask_for_file(media_id) == b"png"
    assert desk.ask("/cgi-bin/media/get", "mp", media_id=media_id)["errcode"] == 40007
    desk.move_clock(3 * 24 * 3600 + 1)
    desk.forget_tokens()
    assert desk.ask("/cgi-bin/media/get", media_id=media_id)["errcode"] == 40007


def test_media_are_checked(desk: Desk) -> None:
    path = "/cgi-bin/media/upload"
    assert desk.upload(path, "a.exe", b"x", type="image")["errcode"] == 40005
    assert desk.upload(path, "a.jpg", b"x" * 65537, type="thumb")["errcode"] == 40012
    assert desk.upload(path, "a.jpg", b"x", type="poster")["errcode"] == 40004


def test_publishing_tells_no_fan(desk: Desk) -> None:
    desk.act(LI, "follow")
    answer = desk.call("/cgi-bin/freepublish/submit", {"media_id": draft(desk)})
    desk.receiver.wait_for("PUBLISHJOBFINISH")
    published = desk.call("/cgi-bin/freepublish/get", {"publish_id": answer["publish_id"]})
    assert published["publish_status"] == 0
    assert [line["kind"] for line in desk.chat(LI)] == ["event"]
