"""The inbox through its pages: who waits, how an answer goes, and that nothing goes twice."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from app.audit.tables import Access, Change
from app.conversations.answers import advise
from app.conversations.inbox import receive, write_on_page
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import transaction
from app.followup.tables import Task
from app.messaging.tables import Message, ReplyWindow
from app.messaging.windows import close, note_user_act
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity, make_patient
from tests.factories.records import make_reading
from tests.factories.staff import make_shift, sign_in_as, signed_in
from tests.factories.ward import Ward, make_ward

REQUEST = "request-0001"


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳 has just written, and her nurse is signed in."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        make_shift(session, found.nurse.id, starts_at=now - timedelta(hours=1))
        make_patient_line(session, found.chat, "李护士，早上的药要空腹吃吗？", now)
        note_user_act(session, found.chat.id, "message", now, now)
        sign_in_as(client, session, found.nurse)
    return found


def talk_id(outside: Outside) -> str:
    with transaction(outside.sessions) as session:
        return session.scalars(select(Conversation.id)).one()


def close_window(outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        close(session, ward.chat.id, clock.now())


def send(client: FlaskClient, talk: str, text: str, **more: str):
    return client.post(f"/console/inbox/{talk}/lines", data={"text": text, "request_id": REQUEST, **more})


def test_the_queue_shows_who_waits_and_why(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    page = client.get("/console/inbox").text
    assert "王桂芳" in page
    assert "早上的药要空腹吃吗" in page
    assert "已等 1 分钟" in page


def test_danger_stands_before_waiting_longer(
    client: FlaskClient, outside: Outside, ward: Ward, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        other = make_patient(session, name="李建国")
        make_patient_line(session, make_identity(session, other.id), "在吗", clock.now())
        talk = session.scalars(select(Conversation).where(Conversation.patient_id == other.id)).one()
        talk.red_flag = "chest_pain"
    page = client.get("/console/inbox/list").text
    assert page.index("李建国") < page.index("王桂芳")
    assert "患者提到胸痛" in page


def test_opening_a_talk_leaves_a_trace(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    page = client.get(f"/console/inbox/{talk_id(outside)}")
    assert "客服消息：还可发 5 条，47 小时后关闭" in page.text
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Access.what)).all() == ["conversation"]


def test_a_second_click_sends_once(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    talk = talk_id(outside)
    assert send(client, talk, "饭后吃就行。").status_code == 200
    assert send(client, talk, "饭后吃就行。").status_code == 200
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Message.text)).all() == ["饭后吃就行。"]
        assert session.scalars(select(Conversation.waiting_since)).one() is None
        assert session.scalars(select(Change.action)).all() == ["replied"]


def test_a_reply_is_urgent_and_ends_with_the_window(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    send(client, talk_id(outside), "饭后吃就行。")
    with transaction(outside.sessions) as session:
        message = session.scalars(select(Message)).one()
        assert (message.purpose, message.by_person, message.urgent) == ("nurse_message", True, True)
        assert message.origin_id == session.scalars(select(Line.id).where(Line.author_kind == "staff")).one()


def test_a_shut_window_refuses_and_gives_the_text_back(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    close_window(outside, ward)
    answer = send(client, talk_id(outside), "饭后吃就行。")
    assert answer.status_code == 409
    assert "饭后吃就行。" in answer.text
    assert "发留言卡片" in answer.text
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_page_whose_window_shuts_is_given_the_legal_buttons(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    way = f"/console/inbox/{talk_id(outside)}/way"
    assert "发送" not in client.get(f"{way}?usual=message").text
    close_window(outside, ward)
    shut = client.get(f"{way}?usual=message").text
    assert "窗口已关" in shut
    assert "发留言卡片" in shut
    assert "记一个电话任务" in shut
    assert "button" not in client.get(f"{way}?usual=card").text, "the buttons are right already"


@pytest.mark.parametrize(
    "act, said",
    [
        ("message", "患者超过 48 小时没有在微信对话里写过话"),
        ("follow", "患者最近只是关注、扫码或点菜单"),
        ("", "患者还没有在微信对话里写过话"),
    ],
    ids=["message", "follow", "nothing"],
)
def test_a_shut_window_says_truly_why(
    client: FlaskClient, outside: Outside, ward: Ward, act: str, said: str
) -> None:
    long_ago = clock.now() - timedelta(hours=49)
    with transaction(outside.sessions) as session:
        session.execute(delete(ReplyWindow))
        if act:
            note_user_act(session, ward.chat.id, act, long_ago, long_ago)
    assert f"窗口已关：{said}" in client.get(f"/console/inbox/{talk_id(outside)}/way").text


def test_behind_a_shut_window_a_card_knocks(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    close_window(outside, ward)
    talk = talk_id(outside)
    assert send(client, talk, "饭后吃就行。", how="card").status_code == 200
    assert send(client, talk, "有事再来信。", how="card", request_id="request-0002").status_code == 200
    with transaction(outside.sessions) as session:
        # The second line joins the card that is on its way.
        card = session.scalars(select(Message)).one()
        assert (card.purpose, card.link, card.fields["who"]) == ("nurse_knock", "/h5/messages", "李敏")
        assert set(session.scalars(select(Line.message_id).where(Line.author_kind == "staff"))) == {card.id}
    assert "患者还没有打开" in client.get(f"/console/inbox/{talk}/lines").text


def test_a_talk_shows_whom_one_writes_to(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        for code, value in (("SBP", 182), ("DBP", 112)):
            make_reading(
                session, ward.patient.id, indicator=code, value=value, measured_at=clock.now(), source="page"
            )
        make_alert(session, ward.patient.id, title="血压 182/112，头晕", now=clock.now())
    page = client.get(f"/console/inbox/{talk_id(outside)}").text
    for words in ("138****1001", "182/112</strong>", "血压 182/112，头晕", " 岁"):
        assert words in page, words


def test_whoever_answers_is_no_longer_asked_to_take_the_talk(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    talk = talk_id(outside)
    with transaction(outside.sessions) as session:
        session.get_one(Conversation, talk).assignee_id = None
    assert "我来负责" in client.get(f"/console/inbox/{talk}/lines").text
    send(client, talk, "饭后吃就行。")
    answer = client.get(f"/console/inbox/{talk}/lines").text
    assert 'id="talk-take" hx-swap-oob="true"></span>' in answer


def test_advice_that_went_as_a_card_is_told_as_not_read(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    talk = talk_id(outside)
    with transaction(outside.sessions) as session:
        line = advise(session, talk, "坐下休息，先打120。", "advice:1", clock.now())
        message = session.get_one(Message, line.message_id)
        message.lane, message.state = "oa_template", "delivered"
    for page in (f"/console/inbox/{talk}/lines", f"/console/patients/{ward.patient.id}"):
        assert "患者还没有打开" in client.get(page).text


def test_cards_are_three_a_day_at_most(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    close_window(outside, ward)
    talk = talk_id(outside)
    for place in range(4):
        answer = send(client, talk, f"第 {place} 句", how="card", request_id=f"request-10{place}")
        with transaction(outside.sessions) as session:
            session.scalars(select(Conversation)).one().patient_read_at = clock.now() + timedelta(minutes=1)
    assert answer.status_code == 409
    assert "打电话" in answer.text
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 3


def test_the_keyboard_sends_the_usual_way(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    close_window(outside, ward)
    assert send(client, talk_id(outside), "饭后吃就行。", usual="card").status_code == 200
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Message.purpose)).one() == "nurse_knock"


def test_a_remark_stays_inside_and_answers_nobody(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    send(client, talk_id(outside), "家属说她常忘记吃药", how="note")
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        assert session.scalars(select(Conversation.waiting_since)).one() is not None


def test_what_cannot_be_written_becomes_a_call(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    send(client, talk_id(outside), "电话里说明空腹服药", how="call")
    with transaction(outside.sessions) as session:
        task = session.scalars(select(Task)).one()
        assert (task.kind, task.purpose, task.assignee_id) == ("call", "电话里说明空腹服药", ward.nurse.id)


@pytest.mark.parametrize("text", ["", "   ", "长" * 601])
def test_an_empty_or_endless_reply_is_given_back(
    client: FlaskClient, outside: Outside, ward: Ward, text: str
) -> None:
    answer = send(client, talk_id(outside), text)
    assert answer.status_code == 422
    assert 'id="composer"' in answer.text


def test_an_unchanged_part_is_not_drawn_again(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    lines = f"/console/inbox/{talk_id(outside)}/lines"
    etag = client.get(lines).headers["ETag"]
    assert client.get(lines, headers={"If-None-Match": etag}).status_code == 304
    with transaction(outside.sessions) as session:
        make_patient_line(session, ward.chat, "还有一件事", clock.now())
    fresh = client.get(lines, headers={"If-None-Match": etag})
    assert fresh.status_code == 200
    assert "还有一件事" in fresh.text


def test_whose_the_talk_is_renews_itself_with_the_lines(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    talk = talk_id(outside)
    send(client, talk, "我来看看")
    lines = client.get(f"/console/inbox/{talk}/lines").text
    assert 'id="talk-facts" hx-swap-oob="true"' in lines
    assert f"{ward.nurse.name} 负责" in lines


def test_a_line_says_what_became_of_it_and_can_be_taken_back(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    talk = talk_id(outside)
    send(client, talk, "饭后吃就行。")
    with transaction(outside.sessions) as session:
        message = session.scalars(select(Message)).one()
        message.state, message.reason = "failed", "微信窗口已关"
        line = session.scalars(select(Line.id).where(Line.message_id == message.id)).one()
    assert "发送失败：微信窗口已关" in client.get(f"/console/inbox/{talk}/lines").text
    composer = client.get(f"/console/inbox/{talk}/composer?line={line}").text
    assert "饭后吃就行。" in composer
    assert "上一条没有发出：微信窗口已关" in composer


def test_a_resolved_talk_leaves_the_queue_with_its_outcome(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    talk = talk_id(outside)
    client.post(f"/console/inbox/{talk}/resolve", data={"outcome": "已解释", "request_id": REQUEST})
    assert "王桂芳" not in client.get("/console/inbox").text
    assert "办结：已解释" in client.get(f"/console/inbox/{talk}/lines").text
    assert "王桂芳" in client.get("/console/inbox?view=resolved").text


def test_a_colleague_can_take_the_talk_over(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    talk = talk_id(outside)
    signed_in(client, outside, name="张华")
    client.post(f"/console/inbox/{talk}/take")
    assert "由 张华 负责（主动接手，由这位同事继续）" in client.get(f"/console/inbox/{talk}").text


def test_a_picture_is_shown_to_staff_only(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    path = outside.storage.save(b"\x89PNG", ".png")
    with transaction(outside.sessions) as session:
        line = receive(
            session, ward.chat.id, ward.patient.id, "image", "", "media-1", "k9", clock.now(), media_path=path
        )
    url = f"/console/inbox/{talk_id(outside)}/media/{line.id}"
    assert (client.get(url).data, client.get(url).mimetype) == (b"\x89PNG", "image/png")
    client.delete_cookie("suihu_staff")
    assert client.get(url).status_code == 302


@pytest.mark.parametrize(
    "suffix, shown, kind, given_as",
    [
        (".mp3", "<audio", "audio/mpeg", None),
        (".amr", "下载这段语音", "audio/amr", 'attachment; filename="voice.amr"'),
    ],
)
def test_a_voice_plays_in_the_talk_where_browsers_can_and_else_comes_as_a_file(
    client: FlaskClient,
    outside: Outside,
    ward: Ward,
    suffix: str,
    shown: str,
    kind: str,
    given_as: str | None,
) -> None:
    path = outside.storage.save(b"voice", suffix)
    with transaction(outside.sessions) as session:
        line = receive(
            session, ward.chat.id, ward.patient.id, "voice", "[语音]", "m", "k8", clock.now(), media_path=path
        )
    talk = f"/console/inbox/{talk_id(outside)}"
    assert shown in client.get(talk).text
    answer = client.get(f"{talk}/media/{line.id}")
    assert (answer.mimetype, answer.headers.get("Content-Disposition")) == (kind, given_as)


def test_a_talk_names_every_danger_that_is_not_resolved(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, ward.chat, "胸口疼", clock.now())
        make_patient_line(session, ward.chat, "左边手脚没劲", clock.now())
    both = "患者提到可能的中风表现；患者提到胸痛"
    talk = f"/console/inbox/{talk_id(outside)}"
    for page in (talk, f"{talk}/lines", "/console/inbox/list", "/console/home/live"):
        assert both in client.get(page).text, page


def test_a_line_written_on_the_page_stands_in_the_queue(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        write_on_page(session, ward.chat.id, ward.patient.id, "在页面上问的", "page-1", clock.now())
    assert "在页面上问的" in client.get("/console/inbox/list").text


def test_no_part_of_the_pages_is_scripted_inline(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    page = client.get(f"/console/inbox/{talk_id(outside)}").text
    assert not re.search(r"\son\w+=|style=\"|hx-on", page)


def test_a_nurse_writes_first(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        sign_in_as(client, session, ward.nurse)
    assert "写消息" in client.get(f"/console/patients/{ward.patient.id}").text
    for _ in range(2):
        answer = client.post(f"/console/inbox/with/{ward.patient.id}")
        assert answer.headers["Location"] == f"/console/inbox/{talk_id(outside)}"
    assert "窗口已关" in client.get(f"/console/inbox/{talk_id(outside)}").text
    assert send(client, talk_id(outside), "王阿姨，血压要再量一次。", how="card").status_code == 200
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Conversation.state)).one() == "open"


def test_a_patient_without_wechat_is_telephoned(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_ward(session).nurse)
        patient = make_patient(session, name="陈新")
    answer = client.post(f"/console/inbox/with/{patient.id}", follow_redirects=True)
    assert "请打电话联系" in answer.text
