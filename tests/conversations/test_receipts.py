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
from app.staff.rules.days_off import OFF
from app.staff.tables import CalendarDay
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
        make_patient_line(session, chat, "睡了吗", now + TONIGHT, answered=False)
        make_patient_line(session, chat, "想问个药", now + TONIGHT + timedelta(hours=3), answered=False)
        (said,) = automatic(session)
        assert "明天 08:00" in said
        assert "120" in said
        assert session.scalars(select(Message.purpose)).all() == ["bot"]


def test_by_day_a_receipt_says_until_when(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "在吗", now, answered=False)
        (said,) = automatic(session)
        assert "尽量在今天 17:30 前回复您" in said


def test_on_a_public_holiday_nobody_is_promised_for_today(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        session.add(CalendarDay(day=clock.day_of(now), kind=OFF, name="节"))
        make_patient_line(session, make_ward(session).chat, "在吗", now, answered=False)
        assert "明天 08:00" in automatic(session)[0]


def test_the_rota_knows_better_than_office_hours(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now + timedelta(hours=3))
        make_patient_line(session, ward.chat, "在吗", now, answered=False)
        assert "今天 13:00" in automatic(session)[0]


def test_a_nurse_on_the_night_shift_is_there(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now + TONIGHT - timedelta(hours=1))
        make_patient_line(session, ward.chat, "在吗", now + TONIGHT, answered=False)
        assert "护士会看到" in automatic(session)[0]


def test_somebody_in_the_middle_of_a_talk_is_not_told_that_nobody_is_there(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        chat = make_ward(session).chat
        make_patient_line(session, chat, "在吗", now, answered=False)
        talk = session.scalars(select(Conversation)).one()
        talk.waiting_since, talk.last_line_at = None, now + TONIGHT - timedelta(minutes=10)
        make_patient_line(session, chat, "好的谢谢", now + TONIGHT, answered=False)
        assert len(automatic(session)) == 1, "the receipt of the day"


def test_an_answer_by_the_machine_leaves_the_patient_waiting(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "睡了吗", now + TONIGHT, answered=False)
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


def test_a_shift_until_midnight_does_not_put_the_answer_off_until_then(
    outside: Outside, now: datetime
) -> None:
    """Whoever is there until 24:00 answers within the office hours, as the page says."""
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now - timedelta(hours=1), hours=15)
        make_patient_line(session, ward.chat, "在吗", now, answered=False)
        assert "尽量在今天 17:30 前回复您" in automatic(session)[0]


def test_in_the_evening_midnight_is_the_end_of_today(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now - timedelta(hours=1), hours=15)
        make_patient_line(session, ward.chat, "在吗", now + timedelta(hours=9), answered=False)
        assert "尽量在今天 24:00 前回复您" in automatic(session)[0]
