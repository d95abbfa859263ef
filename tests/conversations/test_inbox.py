"""What patients write is kept once and loses nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.conversations.inbox import receive, write_on_page
from app.conversations.tables import Conversation, Line
from app.core.db import contend, transaction
from app.core.errors import Invalid
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity, make_patient
from tests.factories.ward import make_ward


def test_a_callback_that_wechat_repeats_is_kept_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat
        first = make_patient_line(session, chat, "我头有点晕", now, key="wx-1")
        again = make_patient_line(session, chat, "我头有点晕", now + timedelta(seconds=5), key="wx-1")
        assert again.id == first.id
        assert session.scalar(select(func.count()).select_from(Line)) == 1


def test_waiting_counts_from_the_oldest_unanswered_line(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat
        make_patient_line(session, chat, "在吗", now)
        make_patient_line(session, chat, "我想问药", now + timedelta(minutes=3))
        conversation = session.scalars(select(Conversation)).one()
        assert conversation.waiting_since == now
        assert conversation.last_line_at == now + timedelta(minutes=3)


def test_a_resolved_conversation_opens_again_when_the_patient_writes(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat
        make_patient_line(session, chat, "在吗", now)
        conversation = session.scalars(select(Conversation)).one()
        conversation.state, conversation.waiting_since = "resolved", None
        make_patient_line(session, chat, "还有一个问题", now + timedelta(hours=2))
        assert conversation.state == "open"
        assert conversation.waiting_since == now + timedelta(hours=2)


def test_somebody_without_a_card_has_a_conversation_that_becomes_the_patients(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        chat = make_identity(session)
        receive(session, chat.id, None, "text", "怎么开卡", None, "k1", now)
        chat.patient_id = make_patient(session).id
        receive(session, chat.id, chat.patient_id, "text", "开好了", None, "k2", now)
        assert session.scalars(select(Conversation)).one().patient_id == chat.patient_id


def test_a_patient_with_two_wechat_accounts_has_one_conversation_where_we_can_answer(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        mini_program = make_identity(session, ward.patient.id, app_kind="mp")
        write_on_page(session, mini_program.id, ward.patient.id, "从小程序问", "r1", now)
        make_patient_line(session, ward.chat, "从公众号问", now)
        assert session.scalars(select(Conversation)).one().identity_id == ward.chat.id


def test_a_double_tap_on_the_page_writes_one_line(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        first = write_on_page(session, ward.chat.id, ward.patient.id, " 明天可以来吗 ", "r1", now)
        again = write_on_page(session, ward.chat.id, ward.patient.id, "明天可以来吗", "r1", now)
        assert (again.id, first.body) == (first.id, "明天可以来吗")


def test_two_people_with_the_same_request_id_each_have_their_line(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        other = make_patient(session, name="李建国")
        theirs = make_identity(session, other.id)
        mine = write_on_page(session, ward.chat.id, ward.patient.id, "我的", "r1", now)
        assert write_on_page(session, theirs.id, other.id, "我的", "r1", now).id != mine.id


@pytest.mark.parametrize("text, code", [("   ", "empty"), ("长" * 601, "too_long")])
def test_an_empty_or_endless_line_is_refused(outside: Outside, now: datetime, text: str, code: str) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        with pytest.raises(Invalid) as refused:
            write_on_page(session, ward.chat.id, ward.patient.id, text, "r1", now)
        assert refused.value.code == code


def test_what_a_patient_wrote_is_not_readable_in_the_database(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "我有糖尿病", now)
    with outside.engine.connect() as connection:
        (stored,) = connection.exec_driver_sql("SELECT body FROM conversation_lines").one()
    assert "糖尿病" not in stored


def test_a_callback_that_arrives_everywhere_at_once_is_kept_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat

    def arrive(_: int) -> str:
        return contend(
            outside.sessions, lambda session: make_patient_line(session, chat, "在吗", now, key="wx-1").id
        )

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(arrive, range(8)))) == 1
    with transaction(outside.sessions) as session:
        assert (
            session.scalar(select(func.count()).select_from(Line).where(Line.author_kind == "patient")) == 1
        )
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1
