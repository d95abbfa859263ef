"""The patient's page of the talk: what nurses wrote, nothing that stays inside, and a line of one's own."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.trail import Actor
from app.conversations import replies
from app.conversations.inbox import receive
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import transaction
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.staff import make_account, make_shift
from tests.factories.ward import Ward, make_ward


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳 is on her phone; the window is shut, and her nurse has left her a text."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        make_shift(session, found.nurse.id, starts_at=now - timedelta(hours=1))
        make_patient_line(session, found.chat, "早上的药要空腹吃吗？", now - timedelta(minutes=9))
        nurse = Actor("staff", found.nurse.id)
        talk = session.scalars(select(Conversation.id)).one()
        replies.knock(session, nurse, talk, "饭后吃就行，固定时间最要紧。", "r1", now - timedelta(minutes=5))
        replies.note(session, nurse, talk, "家属说她常忘", "r2", now - timedelta(minutes=4))
    on_the_phone(client, outside, found.patient.id, app_kind="mp")
    return found


def test_the_patient_reads_what_the_nurse_left_and_not_her_remarks(client: FlaskClient, ward: Ward) -> None:
    page = client.get("/h5/messages").text
    assert "饭后吃就行，固定时间最要紧。" in page
    assert "李敏护士" in page
    assert "家属说她常忘" not in page


def test_everybody_who_writes_is_named_with_what_they_are(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        talk = session.scalars(select(Conversation.id)).one()
        for role, name in (("doctor", "王强"), ("pharmacist", "陈洁"), ("dietitian", "周琳")):
            who = Actor("staff", make_account(session, role=role, name=name).id)
            replies.knock(session, who, talk, "您好。", f"from-{role}", clock.now())
    page = client.get("/h5/messages").text
    for words in ("李敏护士", "王强医生", "陈洁药师", "周琳营养师"):
        assert words in page


@pytest.mark.parametrize("suffix, shown", [(".mp3", "<audio"), (".amr", "下载这段语音")])
def test_a_voice_of_ones_own_plays_where_it_can(
    client: FlaskClient, outside: Outside, ward: Ward, suffix: str, shown: str
) -> None:
    path = outside.storage.save(b"voice", suffix)
    with transaction(outside.sessions) as session:
        receive(
            session, ward.chat.id, ward.patient.id, "voice", "[语音]", "m", "k9", clock.now(), media_path=path
        )
    assert shown in client.get("/h5/messages").text


def test_opening_the_page_is_told_to_the_nurse(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    client.get("/h5/messages")
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Conversation.patient_read_at)).one() is not None


def test_a_double_tap_writes_one_line(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    for _ in range(2):
        answer = client.post("/h5/messages", data={"text": "记住了，谢谢", "request_id": "request-0001"})
        assert answer.status_code == 303
    assert "记住了，谢谢" in client.get("/h5/messages/lines").text
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).where(Line.author_kind == "patient")) == 2
        assert session.scalars(select(Conversation.waiting_since)).one() is not None


def test_an_empty_line_is_refused_in_words(client: FlaskClient, ward: Ward) -> None:
    answer = client.post("/h5/messages", data={"text": "  ", "request_id": "request-0001"})
    assert answer.status_code == 422
    assert "请先写上要说的话" in answer.text


def test_unchanged_lines_are_not_drawn_again(client: FlaskClient, ward: Ward) -> None:
    etag = client.get("/h5/messages/lines").headers["ETag"]
    assert client.get("/h5/messages/lines", headers={"If-None-Match": etag}).status_code == 304


def test_somebody_else_sees_nothing_of_it(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    path = outside.storage.save(b"\x89PNG", ".png")
    with transaction(outside.sessions) as session:
        line = receive(
            session, ward.chat.id, ward.patient.id, "image", "", "m", "k9", clock.now(), media_path=path
        )
        other = make_patient(session, name="李建国")
    assert client.get(f"/h5/messages/media/{line.id}").status_code == 200
    on_the_phone(client, outside, other.id)
    assert "饭后吃就行" not in client.get("/h5/messages").text
    assert client.get(f"/h5/messages/media/{line.id}").status_code == 404
