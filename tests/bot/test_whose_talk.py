"""What the house says to one WeChat stands in that one's talk and in no other's."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import Conversation, Line
from app.core.db import transaction
from app.core.ids import new_id
from app.messaging.tables import Message
from app.patients.tables import WechatIdentity
from app.staff.binding import scene_of
from app.wechat.inbound import Scan
from app.wiring import Outside
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity
from tests.factories.staff import make_account
from tests.factories.ward import make_ward


@pytest.fixture
def session(outside: Outside) -> Iterator[Session]:
    with transaction(outside.sessions) as opened:
        yield opened


def bind(session: Session, chat: WechatIdentity, now: datetime) -> None:
    """Somebody of the staff scans her own binding code on this WeChat."""
    scene = scene_of(make_account(session, name="周敏").id, "secret", now)
    message = Scan(openid=chat.openid, at=now, scene=scene)
    dispatch(session, Arrived(chat.app_id, "oa", new_id(), message, Fetched(), "secret", now), now)


def said_to(session: Session, identity_id: str) -> list[str]:
    return list(
        session.scalars(
            select(Line.body)
            .join(Conversation, Conversation.id == Line.conversation_id)
            .where(Conversation.identity_id == identity_id, Line.author_kind == "system")
        )
    )


def test_what_a_colleague_is_told_stands_in_no_strangers_talk(session: Session, now: datetime) -> None:
    stranger, patient = make_identity(session), make_ward(session).chat
    colleague = make_identity(session)
    for writer in (stranger, patient):
        make_patient_line(session, writer, "请问几点上班", now)
    bind(session, colleague, now)
    told = session.scalars(select(Message.text).where(Message.purpose == "bot")).one()
    assert told is not None and told.startswith("已绑定")
    assert said_to(session, stranger.id) == said_to(session, patient.id) == []


def test_somebody_without_a_card_sees_what_she_herself_was_told(session: Session, now: datetime) -> None:
    others, colleague = make_identity(session), make_identity(session)
    for writer in (colleague, others):
        make_patient_line(session, writer, "请问几点上班", now)
    bind(session, colleague, now)
    assert [words[:3] for words in said_to(session, colleague.id)] == ["已绑定"]
    assert said_to(session, others.id) == []
