"""The customer-service window: five in 48 hours after words, three in a minute after a touch."""

import pytest

from tests.emulator.desk import Desk

LI = "li-jianguo"
HOUR = 3600


def test_after_a_message_five_replies_may_go_out(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="头晕")
    answers = [desk.say(LI, f"第{number}条")["errcode"] for number in range(6)]
    assert answers == [0, 0, 0, 0, 0, 45047]
    assert [line["content"] for line in desk.chat(LI) if line["from"] == "account"] == [
        f"第{number}条" for number in range(5)
    ]


def test_after_following_three_may_go_out(desk: Desk) -> None:
    desk.act(LI, "follow")
    assert [desk.say(LI, "欢迎")["errcode"] for _ in range(4)] == [0, 0, 0, 45047]


@pytest.mark.parametrize(("seconds", "errcode"), [(59, 0), (61, 45015)])
def test_a_touch_opens_one_minute(desk: Desk, seconds: int, errcode: int) -> None:
    desk.act(LI, "follow")
    desk.move_clock(seconds)
    assert desk.say(LI, "您好")["errcode"] == errcode


@pytest.mark.parametrize(("seconds", "errcode"), [(48 * HOUR - 5, 0), (48 * HOUR + 1, 45015)])
def test_a_message_opens_48_hours(desk: Desk, seconds: int, errcode: int) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="在吗")
    desk.move_clock(seconds)
    desk.forget_tokens()
    assert desk.say(LI, "您好")["errcode"] == errcode


def test_a_new_message_starts_the_count_again(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="一")
    for _ in range(5):
        desk.say(LI, "好")
    desk.act(LI, "text", content="二")
    assert desk.say(LI, "好")["errcode"] == 0
    assert desk.look(f"/phone/api/people/{LI}/state")["window"]["left"] == 4


def test_nobody_who_left_can_be_written_to(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="再见")
    desk.act(LI, "unfollow")
    assert desk.say(LI, "您好")["errcode"] == 45015


def test_a_menu_click_opens_the_short_window(desk: Desk) -> None:
    desk.act(LI, "follow")
    button = [{"name": "我的计划", "type": "click", "key": "plan"}]
    assert desk.call("/cgi-bin/menu/create", {"button": button})["errcode"] == 0
    desk.move_clock(600)
    assert desk.say(LI, "您好")["errcode"] == 45015
    assert desk.act(LI, "menu", path=[0]) == {"open": None}
    assert [desk.say(LI, "计划")["errcode"] for _ in range(4)] == [0, 0, 0, 45047]


def test_the_mini_program_has_a_window_of_its_own(desk: Desk) -> None:
    desk.act(LI, "mini-program-talk", session_from="plan")
    [event] = desk.receiver.wait_for("user_enter_tempsession")
    assert event["SessionFrom"] == "plan"
    assert [desk.say(LI, "您好", "mp")["errcode"] for _ in range(3)] == [0, 0, 45047]
    desk.act(LI, "mini-program-text", content="请问")
    assert [desk.say(LI, "您好", "mp")["errcode"] for _ in range(6)] == [0] * 5 + [45047]
    assert desk.say(LI, "您好")["errcode"] == 45015


def test_every_type_is_shown(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="都发来看看")
    openid = desk.openid(LI)
    picture = desk.upload("/cgi-bin/media/upload", "a.jpg", b"jpeg", type="image")["media_id"]
    boxes = {
        "image": {"media_id": picture},
        "news": {
            "articles": [{"title": "控盐", "description": "每天5克", "url": "http://a.example", "picurl": ""}]
        },
        "msgmenu": {
            "head_content": "今天头晕吗？",
            "list": [{"id": "1", "content": "是"}, {"id": "2", "content": "否"}],
            "tail_content": "请点选",
        },
        "miniprogrampage": {
            "title": "随访",
            "appid": desk.config["mp"]["appid"],
            "pagepath": "pages/plan",
            "thumb_media_id": picture,
        },
    }
    for kind, box in boxes.items():
        body = {"touser": openid, "msgtype": kind, kind: box}
        assert desk.call("/cgi-bin/message/custom/send", body)["errcode"] == 0
    kinds = [line["kind"] for line in desk.chat(LI) if line["from"] == "account"]
    assert kinds == ["image", "news", "msgmenu", "miniprogram"]


def test_an_unknown_key_is_refused(desk: Desk) -> None:
    desk.act(LI, "follow")
    body = {"touser": desk.openid(LI), "msgtype": "text", "text": {"content": "好"}, "colour": "red"}
    answer = desk.call("/cgi-bin/message/custom/send", body)
    assert answer["errcode"] == 47001
    assert "colour" in answer["errmsg"]
