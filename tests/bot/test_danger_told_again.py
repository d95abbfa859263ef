"""One form lies open for three days: a danger told in it again is judged anew; the chat says what is so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.causes import causes_of
from app.alerts.handling import resolve
from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.core.ids import new_id
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.chat import WATCHED
from app.questionnaires.tables import Response
from app.wechat.inbound import PatientText
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.ward import Ward

NEXT_DAY = timedelta(hours=20)


def write(session: Session, ward: Ward, words: str, at: datetime) -> str:
    """What the house answered to these words."""
    message = PatientText(openid=ward.chat.openid, at=at, text=words, option=None)
    key = new_id()
    assert dispatch(session, Arrived(ward.chat.app_id, "oa", key, message, Fetched(), "secret", at), at)
    session.flush()
    answers = select(Message.text).where(Message.dedupe_key == f"bot:{key}")
    advised = select(Message.text).where(Message.purpose == "advice", Message.created_at == at)
    return session.scalars(answers).one_or_none() or session.scalars(advised).one() or ""


def save(session: Session, draft: Response, link_id: str, value: object, at: datetime) -> None:
    drafts.save_answer(session, draft.patient_id, draft.id, link_id, value, "page", at)
    session.flush()


def resolve_all(session: Session, ward: Ward, at: datetime) -> None:
    for alert in session.scalars(select(Alert).where(Alert.state != "resolved")):
        seen = len(causes_of(session, alert.id))
        resolve(session, Actor("staff", ward.nurse.id), alert.id, "已电话联系，患者好转", at, seen=seen)


def titles(session: Session, *states: str) -> list[str]:
    found = session.scalars(select(Alert).order_by(Alert.raised_at, Alert.id))
    return [alert.title for alert in found if not states or alert.state in states]


def advices(session: Session) -> int:
    return len(session.scalars(select(Message.id).where(Message.purpose == "advice")).all())


@pytest.mark.parametrize("later", ["血压 220/130", "血压 182/100", "血压 181/100"])
def test_a_pressure_after_the_first_was_resolved_is_another_alert_and_another_advice(
    session: Session, ward: Ward, draft: Response, now: datetime, later: str
) -> None:
    assert "请立刻拨打 120" in write(session, ward, "182/100", now)
    resolve_all(session, ward, now + timedelta(minutes=10))
    said = write(session, ward, later, now + NEXT_DAY)
    assert said.startswith("记下了：") and "请立刻拨打 120" in said
    assert titles(session, "open") == [f"血压 {later.removeprefix('血压 ')} 达到 180/110，危急"]
    assert len(titles(session)) == advices(session) == 2


def test_on_the_page_too_every_pressure_is_judged(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    save(session, draft, "bp", "182/100", now)
    resolve_all(session, ward, now)
    save(session, draft, "bp", "128/80", now + NEXT_DAY)
    assert len(titles(session)) == advices(session) == 1
    save(session, draft, "bp", "235/140", now + NEXT_DAY)
    assert titles(session, "open") == ["血压 235/140 达到 180/110，危急"]
    assert advices(session) == 2


def test_another_symptom_after_the_first_was_resolved_is_another_alert(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    save(session, draft, "symptoms", ["eye_pain"], now)
    resolve_all(session, ward, now)
    save(session, draft, "symptoms", ["chest_pain"], now + timedelta(hours=1))
    assert len(titles(session, "open")) == 1
    assert len(titles(session)) == advices(session) == 2


def test_the_page_sending_the_same_again_is_no_second_alert(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    save(session, draft, "bp", "182/100", now)
    resolve_all(session, ward, now)
    save(session, draft, "bp", "182/100", now)
    save(session, draft, "medication_adherence", "regular", now)
    assert len(titles(session)) == advices(session) == 1


def test_a_worse_pressure_joins_the_alert_that_stands_and_is_advised_once(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    write(session, ward, "182/100", now)
    assert WATCHED in write(session, ward, "血压 220/130", now + timedelta(minutes=5))
    alert = session.scalars(select(Alert)).one()
    assert "220/130" in alert.title
    assert advices(session) == 1


def test_nobody_is_said_to_be_told_once_the_alert_is_resolved(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    write(session, ward, "182/100", now)
    resolve_all(session, ward, now)
    said = write(session, ward, "没有不舒服", now + NEXT_DAY)
    assert "记下了" in said
    assert WATCHED not in said and "护士已收到提醒" not in said
    assert titles(session, "open") == []
