"""The patient's first page."""

import pytest
from flask.testing import FlaskClient

from app.core.db import transaction
from app.patients.tables import Patient
from app.wiring import Outside
from tests.factories.followup import make_content
from tests.factories.patients import make_patient, on_the_phone
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


def test_a_quiet_day_says_so(client: FlaskClient, patient: Patient) -> None:
    page = client.get("/h5").text
    assert "王桂芳" in page
    assert "今天没有要做的事" in page
    assert "还没有记录" in page


def test_the_nurse_is_named_beside_the_way_to_her(
    outside: Outside, client: FlaskClient, patient: Patient
) -> None:
    with transaction(outside.sessions) as session:
        session.get_one(Patient, patient.id).nurse_id = make_account(session, name="李敏").id
    page = client.get("/h5").text
    assert "李敏护士负责您" in page
    assert 'href="/h5/messages"' in page


def test_large_type_is_kept(outside: Outside, client: FlaskClient, patient: Patient) -> None:
    with transaction(outside.sessions) as session:
        session.get_one(Patient, patient.id).large_type = True
    assert 'class="large-type"' in client.get("/h5").text
