"""Dangerous words alert somebody and are answered at once; denied ones are not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.conversations.tables import Conversation, Line
from app.core.db import transaction
from app.messaging.tables import Message
from app.questionnaires import advice
from app.seeding import SEEDS
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity
from tests.factories.staff import make_account, make_shift
from tests.factories.ward import make_ward


@pytest.fixture
def session(outside: Outside, now: datetime) -> Iterator[Session]:
    """A transaction in a hospital with its approved texts and a nurse on duty."""
    with transaction(outside.sessions) as opened:
        advice.load_seeds(opened, SEEDS, now)
        make_shift(opened, make_account(opened, name="张华").id, starts_at=now - timedelta(hours=1), hours=20)
        yield opened


def count(session: Session, kind: type) -> int | None:
    return session.scalar(select(func.count()).select_from(kind))


def test_dangerous_words_alert_and_are_answered_with_the_approved_text(
    session: Session, now: datetime
) -> None:
    make_patient_line(session, make_ward(session).chat, "今天胸口痛得厉害", now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.reason, alert.urgency, alert.title) == ("red_flag_words", "critical", "患者提到胸痛")
    message = session.scalars(select(Message).where(Message.purpose == "advice")).one()
    assert message.text is not None and "拨打 120" in message.text
    answer = session.scalars(select(Line).where(Line.author_kind == "system")).one()
    assert (answer.body, answer.message_id) == (message.text, message.id)


@pytest.mark.parametrize("words", ["今天没有胸痛，就是问问药", "不头晕了，谢谢", "血压 128/82"])
def test_denied_or_harmless_words_alert_nobody(session: Session, now: datetime, words: str) -> None:
    make_patient_line(session, make_ward(session).chat, words, now)
    assert count(session, Alert) == 0
    assert session.scalars(select(Conversation.red_flag)).one() is None


def test_frightened_lines_are_one_alert_and_one_answer(session: Session, now: datetime) -> None:
    chat = make_ward(session).chat
    for place in range(3):
        make_patient_line(session, chat, "胸口痛", now + timedelta(seconds=place))
    assert count(session, Alert) == 1
    assert session.scalar(select(func.count()).where(Message.purpose == "advice")) == 1


def test_a_later_waiting_is_another_alert(session: Session, now: datetime) -> None:
    chat = make_ward(session).chat
    make_patient_line(session, chat, "胸口痛", now)
    talk = session.scalars(select(Conversation)).one()
    talk.waiting_since = talk.red_flag = None
    make_patient_line(session, chat, "又胸口痛了", now + timedelta(hours=5))
    assert count(session, Alert) == 2


def test_somebody_without_a_card_is_answered_too(session: Session, now: datetime) -> None:
    make_patient_line(session, make_identity(session), "喘不上气", now)
    assert count(session, Alert) == 0
    assert session.scalar(select(func.count()).where(Message.purpose == "advice")) == 1


def test_a_text_that_was_never_loaded_costs_no_line(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "胸口痛", now)
        assert count(session, Alert) == 1
        said = session.scalars(select(Line.body).where(Line.author_kind == "system")).one()
        assert "120" in said
