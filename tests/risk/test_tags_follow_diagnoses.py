"""A diagnosis in the archive brings its tag, and takes it away again when it no longer holds."""

import re

import pytest
from flask.testing import FlaskClient

from app.core.db import transaction
from app.wiring import Outside
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, sign_in_as

EVIDENCE = "诊断：原发性高血压"


@pytest.fixture
def patient_id(client: FlaskClient, outside: Outside) -> str:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        return make_patient(session).id


def enter(client: FlaskClient, patient_id: str, kind: str, text: str, icd10: str = "") -> None:
    line = {"kind": kind, "text": text, "icd10": icd10}
    assert client.post(f"/console/patients/{patient_id}/archive", data=line).status_code == 302


def test_a_diagnosis_brings_its_tag_at_once(client: FlaskClient, patient_id: str) -> None:
    enter(client, patient_id, "diagnosis", "原发性高血压", "I10")
    assert EVIDENCE in client.get(f"/console/patients/{patient_id}").text


def test_a_diagnosis_that_no_longer_holds_takes_its_tag_with_it(client: FlaskClient, patient_id: str) -> None:
    enter(client, patient_id, "diagnosis", "原发性高血压", "I10")
    assert EVIDENCE in client.get(f"/console/patients/{patient_id}").text
    archive = client.get(f"/console/patients/{patient_id}/archive").text
    ending = re.search(r'action="([^"]+/archive/[^"/]+/end)"', archive)
    assert ending is not None
    for _ in range(2):
        client.post(ending[1])
    assert EVIDENCE not in client.get(f"/console/patients/{patient_id}").text


def test_a_fathers_hypertension_is_no_tag_of_the_patients(client: FlaskClient, patient_id: str) -> None:
    enter(client, patient_id, "family", "父亲高血压")
    assert "诊断：" not in client.get(f"/console/patients/{patient_id}").text
