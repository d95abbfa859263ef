"""The pressure that a patient writes down, and the page that draws it."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.tables import Alert
from app.core import clock
from app.core.db import read_only, transaction
from app.messaging.tables import Message
from app.patients.tables import Patient
from app.records import readings
from app.records.tables import Reading
from app.wiring import Outside
from tests.factories.followup import make_content
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.queries import counted
from tests.factories.records import make_reading
from tests.factories.staff import make_account


@pytest.fixture
def patient(outside: Outside, client: FlaskClient) -> Patient:
    """A patient at the phone, in a hospital with a nurse and its texts."""
    with transaction(outside.sessions) as session:
        make_content(session)
        make_account(session)
        patient = make_patient(session, name="王桂芳")
    on_the_phone(client, outside, patient.id)
    return patient


def _write(client: FlaskClient, systolic: str, diastolic: str, request_id: str = "one-tap-1") -> int:
    form = {"systolic": systolic, "diastolic": diastolic, "request_id": request_id}
    return client.post("/h5/readings", data=form).status_code


def test_a_pressure_is_kept_once_and_drawn(outside: Outside, client: FlaskClient, patient: Patient) -> None:
    assert [_write(client, "138", "86") for _ in range(2)] == [302, 302]
    with read_only(outside.readers) as session:
        values = session.execute(select(Reading.indicator, Reading.value)).all()
    assert sorted(values) == [("DBP", 86.0), ("SBP", 138.0)]
    assert "上次 138/86" in client.get("/h5").text
    assert "<svg" in client.get("/h5/readings").text


@pytest.mark.parametrize(
    "systolic, diastolic, words",
    [
        ("", "86", "请填高压"),
        ("138", "八十", "请填低压"),
        ("86", "138", ""),
        ("18", "12", ""),
        ("999", "86", ""),
    ],
)
def test_what_cannot_be_a_pressure_is_refused_and_nothing_is_kept(
    outside: Outside, client: FlaskClient, patient: Patient, systolic: str, diastolic: str, words: str
) -> None:
    form = {"systolic": systolic, "diastolic": diastolic, "request_id": "one-tap-1"}
    answer = client.post("/h5/readings", data=form)
    assert answer.status_code == 422
    assert words in answer.text and f'value="{systolic}"' in answer.text, "what was typed is still there"
    with read_only(outside.readers) as session:
        assert not session.scalars(select(Reading)).all()


@pytest.mark.parametrize(
    "systolic, diastolic, alerted", [("179", "109", 0), ("180", "80", 1), ("150", "110", 1)]
)
def test_a_pressure_of_180_or_110_has_an_owner_at_once(
    outside: Outside, client: FlaskClient, patient: Patient, systolic: str, diastolic: str, alerted: int
) -> None:
    _write(client, systolic, diastolic)
    _write(client, systolic, diastolic, "one-tap-2")
    with read_only(outside.readers) as session:
        alerts = session.scalars(select(Alert)).all()
        advice = session.scalars(select(Message.text).where(Message.purpose == "advice")).all()
    assert len(alerts) == alerted, "readings of one day join one alert"
    assert len(advice) == alerted
    assert all(alert.owner_id and alert.urgency == "critical" for alert in alerts)
    assert all("120" in (text or "") for text in advice)


def test_nobody_sees_it_without_signing_in(client: FlaskClient, now: datetime) -> None:
    assert client.get("/h5/readings").status_code == 302


def test_a_dangerous_pressure_is_answered_on_the_page(client: FlaskClient, patient: Patient) -> None:
    form = {"systolic": "182", "diastolic": "112", "request_id": "one-tap-1"}
    page = client.post("/h5/readings", data=form, follow_redirects=True).text
    assert "拨打 120" in page
    assert "已经通知值班护士" in page


def test_ninety_days_of_readings_cost_no_more_queries_than_one(
    outside: Outside, client: FlaskClient, patient: Patient
) -> None:
    _write(client, "138", "86")
    with counted(outside) as few:
        client.get("/h5/readings")
    with transaction(outside.sessions) as session:
        for day in range(1, 90):
            make_reading(session, patient.id, measured_at=clock.now() - timedelta(days=day))
    with counted(outside) as many:
        client.get("/h5/readings")
    assert len(many) == len(few)


def test_going_back_and_writing_another_pressure_is_said_and_loses_nothing(
    outside: Outside, client: FlaskClient, patient: Patient
) -> None:
    assert _write(client, "128", "80") == 302
    form = {"systolic": "182", "diastolic": "112", "request_id": "one-tap-1"}
    refused = client.post("/h5/readings", data=form)
    assert refused.status_code == 409
    assert "请再按一下" in refused.text and 'value="182"' in refused.text
    assert _write(client, "182", "112", "one-tap-2") == 302
    with read_only(outside.readers) as session:
        assert sorted(session.scalars(select(Reading.value))) == [80.0, 112.0, 128.0, 182.0]


def test_the_danger_page_names_the_value_the_hour_and_what_became_of_it(
    outside: Outside, client: FlaskClient, patient: Patient
) -> None:
    assert _write(client, "188", "98") == 302
    page = client.get("/h5/readings/danger").text
    assert "您填的血压是 188/98，这是危险的信号。" in page
    assert "达到了 180/110" not in page
    assert '<p class="h5-danger-at">今天 ' in page
    assert page.index("拨打 120</a>") < page.index("您填的血压是")
    assert "我们已经通知值班护士" in page
    with transaction(outside.sessions) as session:
        for alert in session.scalars(select(Alert)):
            alert.state, alert.resolved_at = "resolved", clock.now() + timedelta(minutes=30)
    page = client.get("/h5/readings/danger").text
    assert "已经处理过这次提醒" in page
    assert "我们已经通知值班护士" not in page


def test_a_calm_pressure_has_no_page_of_danger(client: FlaskClient, patient: Patient) -> None:
    assert _write(client, "128", "78") == 302
    assert client.get("/h5/readings/danger").location == "/h5/readings"


def test_the_card_of_a_dangerous_pressure_leads_to_its_advice(
    outside: Outside, client: FlaskClient, patient: Patient
) -> None:
    assert _write(client, "188", "98") == 302
    with read_only(outside.readers) as session:
        message = session.scalars(select(Message).where(Message.purpose == "advice")).one()
    assert message.link == "/h5/readings/danger"
    assert "您填的血压是 188/98" in (message.text or "")


def test_the_page_of_danger_tells_of_a_pulse_entered_in_the_mini_program(
    outside: Outside, client: FlaskClient, patient: Patient
) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        readings.record(session, patient.id, {"HR": 35}, now, "api", None, "patient:x", "one-tap-1", now)
    page = client.get("/h5/readings/danger").text
    assert "脉搏太慢或太快" in page and "拨打 120" in page
