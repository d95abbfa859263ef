"""After 使用我的健康信息 is withdrawn nothing new is collected: not asked for, and not taken either."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core import clock
from app.core.db import transaction
from app.medication.tables import Dose
from app.patients.consent_texts import HEALTH_DATA, consent_text
from app.records.tables import Reading
from app.wiring import Outside
from tests.factories.medication import doses_of, make_regimen
from tests.factories.patients import on_the_phone
from tests.factories.ward import Ward, make_ward

PRESSURE = {"systolic": "128", "diastolic": "78", "request_id": "request-0001"}


@pytest.fixture
def ward(outside: Outside) -> Ward:
    with transaction(outside.sessions) as session:
        return make_ward(session)


@pytest.fixture
def dose_id(outside: Outside, ward: Ward) -> str:
    """A dose of this very hour."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        at = clock.local(now)
        regimen = make_regimen(
            session, ward.patient.id, ward.nurse.id, clock.start_of(at.date()),
            times=(f"{at:%H:%M}",), start_on=at.date(),
        )  # fmt: skip
        return doses_of(session, regimen)[0].id


@pytest.fixture
def phone(client: FlaskClient, outside: Outside, ward: Ward, dose_id: str) -> FlaskClient:
    """She has withdrawn it on her page."""
    on_the_phone(client, outside, ward.patient.id)
    assert client.post(f"/h5/me/consents/{HEALTH_DATA}").status_code == 302
    return client


def kept(outside: Outside, dose_id: str) -> tuple[int, str]:
    with transaction(outside.sessions) as session:
        readings = session.scalar(select(func.count()).select_from(Reading)) or 0
        return readings, session.get_one(Dose, dose_id).state


def test_before_it_is_withdrawn_both_are_offered(
    client: FlaskClient, outside: Outside, ward: Ward, dose_id: str
) -> None:
    on_the_phone(client, outside, ward.patient.id)
    page = client.get("/h5").text
    assert 'action="/h5/readings"' in page
    assert "该吃的药" in page
    assert 'action="/h5/medication/take"' in client.get("/h5/medication").text


def test_the_pages_offer_nothing_to_fill_in_and_say_why(phone: FlaskClient) -> None:
    for path in ("/h5", "/h5/readings", "/h5/medication"):
        page = phone.get(path).text
        assert 'action="/h5/readings"' not in page
        assert 'action="/h5/medication/take"' not in page
        assert "/h5/medication/skip" not in page
        assert "您撤回了“使用我的健康信息”" in page
        assert 'href="/h5/me#consents"' in page
    assert "该吃的药" not in phone.get("/h5").text


def test_what_is_sent_all_the_same_is_refused(phone: FlaskClient, outside: Outside, dose_id: str) -> None:
    answer = phone.post("/h5/readings", data=PRESSURE)
    assert answer.status_code == 409
    assert "不再收集新的信息" in answer.text
    answer = phone.post("/h5/medication/take", data={"dose_ids": dose_id, "request_id": "request-0002"})
    assert answer.status_code == 303
    assert "不再收集新的信息" in phone.get(answer.location).text
    phone.post(
        "/h5/medication/skip", data={"dose_ids": dose_id, "request_id": "request-0003", "reason": "forgot"}
    )
    readings, state = kept(outside, dose_id)
    assert readings == 0
    assert state in ("planned", "due")


def test_agreed_to_again_both_are_back(phone: FlaskClient, outside: Outside, dose_id: str) -> None:
    form = {"agree": "yes", "version": consent_text(HEALTH_DATA).version}
    assert phone.post(f"/h5/me/consents/{HEALTH_DATA}", data=form).status_code == 302
    assert 'action="/h5/readings"' in phone.get("/h5").text
    assert phone.post("/h5/readings", data=PRESSURE).location == "/h5/readings"
    taken = phone.post("/h5/medication/take", data={"dose_ids": dose_id, "request_id": "request-0002"})
    assert taken.status_code == 303
    assert kept(outside, dose_id) == (2, "taken")
