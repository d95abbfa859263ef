"""A dangerous value is heard whatever way it comes in: an alert with an owner, one advice by the same way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.conversations.tables import Line
from app.core.db import contend, transaction
from app.core.ids import new_id
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.records import readings
from app.wiring import Outside
from tests.factories.chat import tell
from tests.factories.followup import make_content, make_task
from tests.factories.patients import make_patient
from tests.factories.staff import make_account
from tests.factories.ward import Ward, make_ward

FORM = "hypertension_followup"
DANGERS = [
    ({"HR": 35.0}, "自测脉搏 35", "脉搏太慢或太快"),
    ({"HR": 140.0}, "自测脉搏 140", "脉搏太慢或太快"),
    ({"GLU": 2.8}, "自测血糖 2.8", "血糖太低"),
    ({"RBG": 22.5}, "自测血糖 22.5", "血糖太高"),
    ({"TEMP": 39.6}, "自测体温 39.6", "体温很高"),
    ({"SBP": 182.0, "DBP": 112.0}, "自测血压 182/112", "182/112"),
]


@pytest.fixture
def session(outside: Outside) -> Iterator[Session]:
    with transaction(outside.sessions) as opened:
        make_content(opened)
        yield opened


@pytest.fixture
def ward(session: Session) -> Ward:
    return make_ward(session)


def enter(session: Session, ward: Ward, values: dict[str, float], at: datetime, now: datetime) -> None:
    me, request_id = ward.patient.id, new_id()
    readings.record(session, me, values, at, "api", None, f"patient:{me}", request_id, now)


def advice(session: Session) -> str:
    """The text of the one advice there is."""
    return session.scalars(select(Message.text).where(Message.purpose == "advice")).one() or ""


@pytest.mark.parametrize(("values", "title", "words"), DANGERS)
def test_a_dangerous_reading_has_an_owner_and_one_advice(
    session: Session, ward: Ward, now: datetime, values: dict[str, float], title: str, words: str
) -> None:
    enter(session, ward, values, now, now)
    enter(session, ward, values, now, now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.title, alert.urgency, alert.owner_id) == (title, "critical", ward.nurse.id)
    assert words in advice(session) and "120" in advice(session)


def test_several_dangers_entered_together_are_one_alert(session: Session, ward: Ward, now: datetime) -> None:
    enter(session, ward, {"SBP": 182, "DBP": 112, "HR": 135}, now, now)
    assert session.scalars(select(Alert.title)).one() == "自测血压 182/112；自测脉搏 135"
    assert "182/112" in advice(session)


def test_low_sugar_beside_a_high_pressure_has_its_own_words(
    session: Session, ward: Ward, now: datetime
) -> None:
    enter(session, ward, {"SBP": 182, "DBP": 112, "GLU": 2.8}, now, now)
    assert len(session.scalars(select(Alert)).all()) == 1
    texts = session.scalars(select(Message.text).where(Message.purpose == "advice")).all()
    assert len(texts) == 2 and any("糖" in (text or "") for text in texts)


@pytest.mark.parametrize("via", ["page", "api", "staff"])
def test_a_dangerous_pulse_in_a_form_is_heard_at_the_answer(
    session: Session, ward: Ward, now: datetime, via: str
) -> None:
    task = make_task(session, ward.patient.id, form_code=FORM)
    draft = drafts.open_for_task(session, ward.patient.id, task.id, FORM, now)
    saved = drafts.save_answer(session, ward.patient.id, draft.id, "heart_rate", "35", via, now)
    drafts.save_answer(session, ward.patient.id, draft.id, "heart_rate", "35", via, now)
    assert [words.key for words in saved.advice] == ["pulse"]
    alert = session.scalars(select(Alert)).one()
    assert (alert.title, alert.urgency, alert.owner_id) == ("脉搏 35", "critical", ward.nurse.id)
    assert "脉搏太慢或太快" in advice(session)


def test_a_dangerous_pulse_told_to_a_form_in_the_chat_is_one_alert_and_one_advice(
    session: Session, ward: Ward, now: datetime
) -> None:
    task = make_task(session, ward.patient.id, form_code=FORM)
    drafts.open_for_task(session, ward.patient.id, task.id, FORM, now)
    tell(session, ward, "血压138/86，脉搏35", now)
    assert "脉搏 35" in session.scalars(select(Alert.title)).one()
    assert "脉搏太慢或太快" in advice(session)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("血糖2.8", "患者说血糖 2.8"),
        ("刚测的血糖只有3.2，手抖", "患者说血糖 3.2"),
        ("饭后血糖十八点五", "患者说血糖 18.5"),
        ("血糖 17", "患者说血糖 17"),
        ("体温39.5", "患者说体温 39.5"),
        ("发烧到39度5了", "患者说体温 39.5"),
        ("脉搏38", "患者说脉搏 38"),
    ],
)
def test_a_dangerous_value_told_in_the_chat_is_one_alert_and_one_advice(
    session: Session, ward: Ward, now: datetime, words: str, title: str
) -> None:
    tell(session, ward, words, now)
    assert session.scalars(select(Alert.title)).one() == title
    assert "120" in advice(session)


@pytest.mark.parametrize(
    "words",
    [
        "血糖5.6",
        "血糖有一点高",
        "血糖高3年了",
        "血糖高2次了怎么办",
        "血糖 180",
        "糖化血红蛋白6.5%",
        "体温36.8",
        "没有发烧，38岁",
    ],
)
def test_ordinary_values_alert_nobody(session: Session, ward: Ward, now: datetime, words: str) -> None:
    tell(session, ward, words, now)
    assert not session.scalars(select(Alert)).all()


def test_a_value_of_these_days_entered_late_says_when_it_was_measured(
    session: Session, ward: Ward, now: datetime
) -> None:
    enter(session, ward, {"SBP": 182, "DBP": 112}, now - timedelta(days=1), now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.title, alert.urgency, alert.owner_id) == (
        "昨天 10:00 量的血压 182/112",
        "high",
        ward.nurse.id,
    )
    assert "昨天 10:00 量的血压 182/112" in advice(session)
    assert "再量一次" in advice(session) and "120" in advice(session) and "现在" not in advice(session)


def test_a_value_of_long_ago_is_looked_at_and_frightens_nobody(
    session: Session, ward: Ward, now: datetime
) -> None:
    enter(session, ward, {"GLU": 2.8}, now - timedelta(days=30), now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.title, alert.urgency, alert.owner_id) == (
        "1月31日 10:00 量的血糖 2.8",
        "normal",
        ward.nurse.id,
    )
    assert not session.scalars(select(Message).where(Message.purpose == "advice")).all()


def test_the_advice_on_a_reading_stands_in_the_talk_too(session: Session, ward: Ward, now: datetime) -> None:
    tell(session, ward, "您好", now)
    enter(session, ward, {"HR": 35}, now, now)
    message = session.scalars(select(Message).where(Message.purpose == "advice")).one()
    assert session.scalars(select(Line.body).where(Line.message_id == message.id)).one() == message.text


def test_two_dangers_entered_at_once_are_one_alert_with_both(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_content(session)
        ward = make_ward(session)
    together = Barrier(2)

    def enter_at_once(values: dict[str, float]) -> None:
        together.wait(timeout=20)
        contend(outside.sessions, lambda session: enter(session, ward, values, now, now))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(enter_at_once, ({"SBP": 182.0, "DBP": 112.0}, {"HR": 35.0})))
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Alert.title)).all() == ["自测血压 182/112；自测脉搏 35"]
        assert len(session.scalars(select(Message).where(Message.purpose == "advice")).all()) == 1


def test_a_danger_of_a_patient_without_a_nurse_falls_to_somebody_who_works_here(
    session: Session, now: datetime
) -> None:
    nurse = make_account(session, name="张华")
    patient = make_patient(session, nurse_id=None)
    readings.record(session, patient.id, {"HR": 35.0}, now, "api", None, "patient:x", new_id(), now)
    alert = session.scalars(select(Alert)).one()
    assert alert.owner_id == nurse.id
    assert alert.owned_because == "当时没有护士值班，由在职的护士处理"
