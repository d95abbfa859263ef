"""The same form in the chat: answers are taken, ordinary talk is left to the nurse."""

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.reads import stands_for
from app.questionnaires import chat, drafts
from app.questionnaires.tables import RaisedFlag, Response
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.patients import make_patient
from tests.factories.questionnaires import make_draft, make_form


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        make_form(session)
        yield session


@pytest.fixture
def draft(session: Session) -> Response:
    return make_draft(session, make_patient(session).id)


def take(session: Session, patient_id: str, text: str, before: str = "") -> chat.ChatReply | None:
    alerted = partial(stands_for, session, patient_id)
    return chat.take(session, patient_id, text, NOW, before, alerted=alerted)


def write(session: Session, draft: Response, text: str) -> chat.ChatReply | None:
    return take(session, draft.patient_id, text)


def test_without_a_form_waiting_everything_is_talk(session: Session) -> None:
    assert take(session, make_patient(session).id, "182/112 头晕") is None


@pytest.mark.parametrize(
    "talk",
    [
        "护士你好，我想问一下下周能改时间吗",
        "在吗",
        "1",
        "好的",
        "停",
        "谢谢",
        "我头晕得厉害吗？不是，是我老伴，怎么办",
    ],
)
def test_ordinary_talk_is_not_swallowed(session: Session, draft: Response, talk: str) -> None:
    assert write(session, draft, talk) is None
    assert drafts.answers_of(session, draft.id) == {}


def test_a_reading_with_a_complaint_is_taken_and_the_next_question_asked(
    session: Session, draft: Response
) -> None:
    reply = write(session, draft, "182/112 头晕")
    assert reply is not None
    assert drafts.answers_of(session, draft.id) == {
        "bp": {"systolic": 182, "diastolic": 112},
        "symptoms": ["dizzy"],
    }
    assert reply.receipt == "记下了：182/112、头晕。"
    assert reply.alarmed == draft.id
    assert reply.options == ("规律", "间断", "不服药")
    assert "1 规律" in reply.in_one()


def test_the_last_required_answer_submits(session: Session, draft: Response) -> None:
    write(session, draft, "138/86 没有不舒服")
    reply = write(session, draft, "1")
    assert reply is not None
    assert draft.state == "submitted"
    assert reply.link == f"/h5/responses/{draft.id}"


@pytest.mark.parametrize("words", ["138/86 没有", "138/86，1", "138/86 好的"])
def test_that_nothing_hurts_is_not_guessed(session: Session, draft: Response, words: str) -> None:
    write(session, draft, words)
    assert list(drafts.answers_of(session, draft.id)) == ["bp"]
    assert draft.chat_at == "symptoms"


def test_mixed_answers_of_page_and_chat_are_one_draft(session: Session, draft: Response) -> None:
    drafts.save_answer(session, draft.patient_id, draft.id, "taking", "regular", "page", NOW)
    write(session, draft, "138/86")
    write(session, draft, "没有")
    assert draft.state == "submitted"


def test_in_a_running_talk_a_question_to_the_nurse_is_still_talk(session: Session, draft: Response) -> None:
    write(session, draft, "138/86")
    assert write(session, draft, "护士，我能不能晚点再填") is None
    assert draft.chat_at == "symptoms"


def test_what_was_not_understood_reaches_the_nurse_too(session: Session, draft: Response) -> None:
    reply = write(session, draft, "138/86，昨晚没睡好")
    assert reply is not None and reply.for_nurse


def test_a_refused_value_is_asked_again_in_words(session: Session, draft: Response) -> None:
    reply = write(session, draft, "18/12")
    assert reply is not None
    assert "kPa" in reply.text
    assert draft.chat_at == "bp"


def test_back_shows_the_answer_before(session: Session, draft: Response) -> None:
    write(session, draft, "138/86")
    reply = write(session, draft, "上一题")
    assert reply is not None
    assert "您刚才的回答：138/86" in reply.text
    write(session, draft, "128 82")
    assert drafts.answers_of(session, draft.id)["bp"] == {"systolic": 128, "diastolic": 82}


def test_skip_leaves_a_question_for_later(session: Session, draft: Response) -> None:
    write(session, draft, "138/86")
    write(session, draft, "跳过")
    assert draft.chat_at == "taking"
    write(session, draft, "规律")
    assert draft.chat_at == "symptoms"


def test_stop_ends_the_asking_and_keeps_the_answers(session: Session, draft: Response) -> None:
    write(session, draft, "138/86")
    reply = write(session, draft, "停")
    assert reply is not None and reply.text == chat.STOPPED
    assert draft.chat_at is None
    assert write(session, draft, "没有") is None
    assert list(drafts.answers_of(session, draft.id)) == ["bp"]


@pytest.mark.parametrize(
    ("words", "half"),
    [
        ("高压一百八", "高压 180"),
        ("高压185", "高压 185"),
        ("血压一百八十五", "高压 185"),
        ("185", "高压 185"),
        ("高压一百三", "高压 130"),
        ("低压125", "低压 125"),
    ],
)
def test_one_number_alone_asks_for_the_other(
    session: Session, draft: Response, words: str, half: str
) -> None:
    reply = write(session, draft, words)
    assert reply is not None
    assert reply.half == half
    assert f"{half} 听到了" in reply.text
    assert drafts.answers_of(session, draft.id) == {}


@pytest.mark.parametrize(("first", "second"), [("高压150", "90"), ("低压九十", "150"), ("150", "低压90")])
def test_the_other_number_makes_it_a_pressure(
    session: Session, draft: Response, first: str, second: str
) -> None:
    write(session, draft, first)
    take(session, draft.patient_id, second, before=first)
    assert drafts.answers_of(session, draft.id) == {"bp": {"systolic": 150, "diastolic": 90}}


def test_a_complaint_beside_nothing_hurts_is_believed_and_asked_back(
    session: Session, draft: Response
) -> None:
    write(session, draft, "138/86")
    reply = write(session, draft, "1 4")
    assert reply is not None
    assert drafts.answers_of(session, draft.id)["symptoms"] == ["chest"]
    assert session.scalars(select(RaisedFlag.code)).all() == ["danger"]
    assert "先按“胸口痛”记着" in reply.text
    assert draft.chat_at == "symptoms"
    confirmed = write(session, draft, "对")
    assert confirmed is not None
    assert draft.chat_at == "taking"
    assert drafts.answers_of(session, draft.id)["symptoms"] == ["chest"]


@pytest.mark.parametrize(
    "words", ["138/86 没有不舒服，胸口痛", "138/86，胸口疼，没有不舒服", "138/86 没有不舒服 就是胸口痛"]
)
def test_so_it_is_in_one_message_with_the_pressure(session: Session, draft: Response, words: str) -> None:
    write(session, draft, words)
    assert drafts.answers_of(session, draft.id)["symptoms"] == ["chest"]
    assert session.scalars(select(RaisedFlag.code)).all() == ["danger"]


def test_that_it_was_a_slip_can_be_said(session: Session, draft: Response) -> None:
    write(session, draft, "138/86")
    write(session, draft, "1 4")
    write(session, draft, "1")
    assert drafts.answers_of(session, draft.id)["symptoms"] == ["none"]
