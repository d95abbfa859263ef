"""What is told once is one event, by however many ways and for however many reasons it is heard."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.handling import acknowledge
from app.alerts.reads import stands_for
from app.alerts.tables import Alert, AlertCause, AlertStep
from app.audit.trail import Actor
from app.core import clock
from app.core.db import read_only, transaction
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, sign_in_as
from tests.factories.ward import make_ward

WAYS = ("pressure", "red_flag_words", "response")


@pytest.fixture
def session(outside: Outside) -> Iterator[Session]:
    with transaction(outside.sessions) as opened:
        make_account(opened)
        yield opened


def tell(session: Session, patient_id: str, way: str, pressure: tuple[int, int], at: datetime) -> Alert:
    """The pressure comes in by this way."""
    return make_alert(session, patient_id, dedupe=f"{way}:1", source_id=way, pressure=pressure, now=at)


def test_one_pressure_told_three_ways_is_one_alert_with_three_causes(session: Session, now: datetime) -> None:
    patient = make_patient(session)
    alerts = {
        tell(session, patient.id, way, (191, 117), now + timedelta(minutes=place)).id
        for place, way in enumerate(WAYS)
    }
    assert len(alerts) == 1
    assert len(session.scalars(select(AlertCause)).all()) == 3
    assert all(stands_for(session, patient.id, way) for way in WAYS)


def test_another_value_another_person_or_a_later_time_is_another_alert(
    session: Session, now: datetime
) -> None:
    patient, other = make_patient(session), make_patient(session)
    tell(session, patient.id, "pressure", (191, 117), now)
    tell(session, patient.id, "red_flag_words", (196, 117), now)
    tell(session, other.id, "other", (191, 117), now)
    tell(session, patient.id, "response", (191, 117), now + timedelta(hours=5))
    assert len(session.scalars(select(Alert)).all()) == 4


def test_the_same_pressure_by_another_way_takes_nothing_out_of_a_nurses_hand(
    session: Session, now: datetime
) -> None:
    patient, nurse = make_patient(session), make_account(session)
    alert = tell(session, patient.id, "pressure", (191, 117), now)
    acknowledge(session, Actor("staff", nurse.id), alert.id, now)
    tell(session, patient.id, "red_flag_words", (191, 117), now + timedelta(minutes=5))
    assert (alert.state, alert.owner_id) == ("acknowledged", nurse.id)


def test_one_sentence_with_two_dangers_is_one_quote_with_both_reasons(
    client: FlaskClient, outside: Outside
) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        sign_in_as(client, session, ward.nurse)
        make_patient_line(session, ward.chat, "我心口疼得厉害，喘不上气", now)
        alert_id = session.scalars(select(Alert.id)).one()
    page = client.get(f"/console/alerts/{alert_id}").text
    assert page.count("「我心口疼得厉害，喘不上气」") == 1
    assert "患者提到呼吸困难；患者提到胸痛" in page or "患者提到胸痛；患者提到呼吸困难" in page
    assert "又一次" not in page


def test_a_sentence_said_later_is_told_as_another_time(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        for minutes in (0, 5):
            make_patient_line(session, ward.chat, "胸口疼", now + timedelta(minutes=minutes))
    with read_only(outside.readers) as session:
        steps = session.scalars(select(AlertStep.what).order_by(AlertStep.at, AlertStep.id)).all()
    assert list(steps) == ["raised", "again"]
