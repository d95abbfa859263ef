"""What a person of seventy writes into the chat: danger is heard, everything is answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.core.db import transaction
from app.core.ids import new_id
from app.messaging.tables import Message
from app.questionnaires import advice
from app.seeding import SEEDS
from app.wechat.inbound import PatientText
from app.wiring import Outside
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.questionnaires import make_draft, make_form
from tests.factories.staff import make_shift
from tests.factories.ward import Ward, make_ward


@pytest.fixture
def session(outside: Outside, now: datetime) -> Iterator[Session]:
    """A transaction in a hospital with its approved texts."""
    with transaction(outside.sessions) as opened:
        advice.load_seeds(opened, SEEDS, now)
        yield opened


@pytest.fixture
def ward(session: Session, now: datetime) -> Ward:
    """王桂芳 and her nurse, who is on duty."""
    found = make_ward(session)
    make_shift(session, found.nurse.id, starts_at=now - timedelta(hours=1), hours=20)
    return found


def write(session: Session, ward: Ward, words: str, now: datetime) -> None:
    message = PatientText(openid=ward.chat.openid, at=now, text=words, option=None)
    arrived = Arrived(ward.chat.app_id, ward.chat.app_kind, new_id(), message, Fetched(), "secret")
    assert dispatch(session, arrived, now)
    session.flush()


def told(session: Session) -> list[str]:
    """What the patient was sent, in order."""
    return [
        text or "" for text in session.scalars(select(Message.text).order_by(Message.created_at, Message.id))
    ]


DANGERS = [
    ("高压200", "患者说血压 高压 200"),
    ("血压205", "患者说血压 高压 205"),
    ("上压190 下压120", "患者说血压 190/120"),
    ("一百九 一百二", "患者说血压 190/120"),
    ("190、110", "患者说血压 190/110"),
    ("低压125", "患者说血压 低压 125"),
    ("高压一百八", "患者说血压 高压 180"),
    ("高压185", "患者说血压 高压 185"),
    ("血压一百八十五", "患者说血压 高压 185"),
    ("眼前发黑，站不住", "患者提到昏倒、要晕倒或意识不清"),
    ("胸闷得慌，出汗", "患者提到胸闷、心慌或出冷汗"),
    ("我吃了十片药", "患者可能吃药过量或吃错药"),
    ("脉搏40", "患者说脉搏 40"),
]


@pytest.mark.parametrize(("words", "title"), DANGERS)
def test_danger_without_a_form_alerts_and_is_answered(
    session: Session, ward: Ward, now: datetime, words: str, title: str
) -> None:
    write(session, ward, words, now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.urgency, alert.title) == ("critical", title)
    assert any("120" in text for text in told(session))


@pytest.mark.parametrize("words", [*(words for words, _ in DANGERS), "185", "一百八十五"])
def test_danger_with_a_form_open_alerts_once(session: Session, ward: Ward, now: datetime, words: str) -> None:
    make_form(session)
    advice.load_seeds(session, SEEDS, now)
    make_draft(session, ward.patient.id)
    write(session, ward, words, now)
    alert = session.scalars(select(Alert)).one()
    assert alert.urgency == "critical"
    assert len(told(session)) <= 3


@pytest.mark.parametrize("with_form", [True, False])
@pytest.mark.parametrize(
    "words",
    ["高压一百三", "没有一百九", "我老伴以前190", "高压180算高吗", "吃了两片药", "脉搏72", "没有胸闷"],
)
def test_near_misses_alert_nobody(
    session: Session, ward: Ward, now: datetime, words: str, with_form: bool
) -> None:
    if with_form:
        make_form(session)
        make_draft(session, ward.patient.id)
    write(session, ward, words, now)
    assert session.scalars(select(Alert)).all() == []
