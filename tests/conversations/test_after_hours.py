"""At night a patient hears once when somebody will answer, and where to turn in an emergency."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conversations.rules.office_hours import next_opening
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import transaction
from app.messaging.tables import Message
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.staff import make_shift
from tests.factories.ward import make_ward

TONIGHT = timedelta(hours=12)
"""Monday ten o'clock in the evening."""


def automatic(session: Session) -> list[str]:
    return list(session.scalars(select(Line.body).where(Line.author_kind == "system").order_by(Line.at)))


def test_the_first_line_of_the_night_is_answered_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat
        make_patient_line(session, chat, "睡了吗", now + TONIGHT)
        make_patient_line(session, chat, "想问个药", now + TONIGHT + timedelta(hours=3))
        (said,) = automatic(session)
        assert "明天 08:00" in said
        assert "120" in said
        assert session.scalars(select(Message.purpose)).all() == ["bot"]


def test_by_day_nobody_is_answered_by_a_machine(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "在吗", now)
        assert automatic(session) == []


def test_the_rota_knows_better_than_office_hours(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now + timedelta(hours=3))
        make_patient_line(session, ward.chat, "在吗", now)
        assert "今天 13:00" in automatic(session)[0]


def test_a_nurse_on_the_night_shift_is_there(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now + TONIGHT - timedelta(hours=1))
        make_patient_line(session, ward.chat, "在吗", now + TONIGHT)
        assert automatic(session) == []


def test_somebody_in_the_middle_of_a_talk_is_not_told_that_nobody_is_there(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat
        make_patient_line(session, chat, "在吗", now)
        talk = session.scalars(select(Conversation)).one()
        talk.waiting_since, talk.last_line_at = None, now + TONIGHT - timedelta(minutes=10)
        make_patient_line(session, chat, "好的谢谢", now + TONIGHT)
        assert automatic(session) == []


def test_an_answer_by_the_machine_leaves_the_patient_waiting(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "睡了吗", now + TONIGHT)
        assert session.scalars(select(Conversation.waiting_since)).one() == now + TONIGHT
        assert session.scalar(select(func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    "local, opens",
    [
        ("2026-03-02T08:00", None),
        ("2026-03-02T17:29", None),
        ("2026-03-02T17:30", "2026-03-03T08:00"),
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-06T20:00", "2026-03-09T08:00"),
        ("2026-03-07T10:00", "2026-03-09T08:00"),
    ],
)
def test_office_hours_begin_again(local: str, opens: str | None) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=clock.CHINA)
    expected = datetime.fromisoformat(opens).replace(tzinfo=clock.CHINA) if opens else None
    assert next_opening(at) == expected
