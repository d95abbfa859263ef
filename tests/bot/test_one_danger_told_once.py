"""One message that tells of danger is one alert with all its causes, and one advice, form open or not."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.reads import has_written_danger, open_alerts
from app.conversations.tables import Conversation
from app.messaging.tables import Message
from app.questionnaires.tables import Response
from tests.factories.chat import tell
from tests.factories.ward import Ward

TELLING = [
    "血压182/112，我该怎么办呀",
    "血压182/112，胸口痛",
    "血压182/112，脉搏135",
    "182/112 胸痛",
    "血压182/112",
    "高压185，我该怎么办呀",
]


def advices(session: Session) -> list[str]:
    found = session.scalars(select(Message).where(Message.purpose == "advice").order_by(Message.created_at))
    return [message.text or "" for message in found]


@pytest.mark.parametrize("words", TELLING)
def test_with_a_form_open_one_message_is_one_alert_and_one_advice(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str
) -> None:
    tell(session, ward, words, now)
    assert len(open_alerts(session, now)) == 1
    assert len(advices(session)) == 1


@pytest.mark.parametrize("words", TELLING)
def test_without_a_form_too(session: Session, ward: Ward, now: datetime, words: str) -> None:
    tell(session, ward, words, now)
    assert len(open_alerts(session, now)) == 1
    assert len(advices(session)) == 1


@pytest.mark.parametrize("words", ["血压182/112，我该怎么办呀", "血压182/112，胸口痛"])
def test_the_one_alert_tells_it_in_the_patients_words_and_marks_the_talk_until_it_is_resolved(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str
) -> None:
    tell(session, ward, words, now)
    (row,) = open_alerts(session, now)
    assert row.said == (words,)
    assert "182/112" in row.alert.title
    assert ("胸痛" in row.alert.title) is ("胸口痛" in words)
    assert has_written_danger(session, ward.patient.id)
    assert session.scalars(select(Conversation.red_flag)).one() is not None


def test_the_answer_to_a_symptom_question_is_one_alert(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    tell(session, ward, "138/86", now)
    tell(session, ward, "胸口痛", now + timedelta(seconds=9))
    (row,) = open_alerts(session, now)
    assert row.alert.title.startswith("患者提到胸痛")
    assert len(advices(session)) == 1


def test_a_danger_that_the_forms_advice_does_not_speak_of_is_answered_too(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    tell(session, ward, "血压182/112，不想活了", now)
    assert len(open_alerts(session, now)) == 1
    assert any("12356" in text for text in advices(session))


def test_a_second_message_that_tells_more_is_advised_again(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    tell(session, ward, "182/112", now)
    tell(session, ward, "现在胸口痛", now + timedelta(minutes=20))
    (row,) = open_alerts(session, now)
    assert row.alert.title.startswith("患者提到胸痛")
    assert len(advices(session)) == 2


def test_low_sugar_beside_a_high_pressure_has_its_own_words(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    tell(session, ward, "血压182/112，血糖2.8", now)
    (row,) = open_alerts(session, now)
    assert "182/112" in row.alert.title and "血糖 2.8" in row.alert.title
    assert any("吃几块糖" in text for text in advices(session))


def test_a_number_the_form_did_not_take_reaches_the_nurse(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    tell(session, ward, "我182/112，老伴脉搏38", now)
    (row,) = open_alerts(session, now)
    assert row.said == ("我182/112，老伴脉搏38",)
    assert "脉搏 38" in row.alert.title


def test_the_same_danger_written_twice_in_a_breath_is_one_alert_and_one_advice(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    for seconds in (0, 1):
        tell(session, ward, "血压182/112，胸口痛", now + timedelta(seconds=seconds))
    assert len(open_alerts(session, now)) == len(advices(session)) == 1
