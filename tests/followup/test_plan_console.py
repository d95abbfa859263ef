"""Staff begin, rest and end a patient's plan on the patient's page."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.trail import Actor
from app.core import clock
from app.core.db import read_only, transaction
from app.followup.plans import stop
from app.followup.tables import Plan
from app.patients.tables import Patient
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.followup import make_content, make_plan, make_visit_outcome
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, sign_in_as


@pytest.fixture
def patient(outside: Outside, client: FlaskClient) -> Patient:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        make_content(session)
        return make_patient(session)


def the_plan(outside: Outside) -> Plan:
    with read_only(outside.readers) as session:
        return session.scalars(select(Plan)).one()


def test_a_plan_is_begun_once_rested_resumed_and_ended(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    base = f"/console/patients/{patient.id}/plan"
    for _ in range(2):
        done = client.post(
            f"{base}/begin",
            data={"pathway": "hypertension", "request_id": "first-tap"},
            follow_redirects=True,
        )
        assert "已加入随访计划" in done.text
    plan = the_plan(outside)
    assert "计划已暂停" in client.post(f"{base}/{plan.id}/pause", follow_redirects=True).text
    assert the_plan(outside).state == "paused"
    assert "计划已恢复" in client.post(f"{base}/{plan.id}/resume", follow_redirects=True).text
    refused = client.post(f"{base}/{plan.id}/stop", data={"reason": " "}, follow_redirects=True)
    assert "请告诉我们为什么停止" in refused.text
    client.post(f"{base}/{plan.id}/stop", data={"reason": "转到外院"})
    assert (the_plan(outside).state, the_plan(outside).end_reason) == ("ended", "转到外院")


def test_an_unknown_pathway_is_refused_in_words(client: FlaskClient, patient: Patient) -> None:
    answer = client.post(
        f"/console/patients/{patient.id}/plan/begin",
        data={"pathway": "nothing", "request_id": "first-tap"},
        follow_redirects=True,
    )
    assert "没有这条随访路径" in answer.text


def test_the_patients_page_says_who_stopped_and_plans_nothing(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    with transaction(outside.sessions) as session:
        plan = make_plan(session, patient.id)
        make_visit_outcome(session, patient.id, "emergency")
        stop(session, Actor("patient", patient.id), patient.id, plan.id, "提醒太多", NOW)
    page = client.get(f"/console/patients/{patient.id}").text
    assert f"患者 {clock.day_of(NOW):%m-%d} 自己停止（原因：提醒太多）" in page
    assert "，下次 " not in page
    assert "患者停止了随访计划" in page
