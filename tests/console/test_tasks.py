"""Staff's tasks as a nurse sees them: listed, taken, done; a call with its outcome."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import transaction
from app.followup.tables import Task
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.followup import make_plan, make_task
from tests.factories.patients import make_patient
from tests.factories.records import make_reading
from tests.factories.staff import make_account, sign_in_as


def test_the_overdue_list_shows_what_is_late_and_nothing_else(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient = make_patient(session, name="王桂芳")
        make_task(session, patient.id, kind="call", title="迟了的电话", due_at=now - timedelta(days=400))
        make_task(session, patient.id, kind="call", title="很久以后的电话", due_at=now + timedelta(days=4000))
    overdue = client.get("/console/tasks?list=overdue").text
    assert "迟了的电话" in overdue
    assert "很久以后的电话" not in overdue
    assert "很久以后的电话" in client.get("/console/tasks?list=team").text
    assert "您手上没有任务" in client.get("/console/tasks?list=mine").text


def test_who_has_no_task_sees_the_teams_first(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        make_task(session, make_patient(session).id, kind="call", title="谁来打这个电话")
    assert "谁来打这个电话" in client.get("/console/tasks").text


def test_a_call_is_taken_and_closed_with_its_outcome(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        task = make_task(session, make_patient(session, name="王桂芳").id, kind="call")
    page = client.get(f"/console/tasks/{task.id}").text
    assert "王桂芳" in page and "****" in page, "the telephone number is masked"
    assert "显示" in page, "and can be shown where the call is made"
    client.post(f"/console/tasks/{task.id}/take")
    assert "血压随访" in client.get("/console/tasks").text

    refused = client.post(f"/console/tasks/{task.id}/done", data={"outcome": "maybe"})
    assert refused.status_code == 422
    assert "请选择通话结果" in refused.text
    client.post(f"/console/tasks/{task.id}/done", data={"outcome": "reached", "note": "一切都好"})
    assert "血压随访" not in client.get("/console/tasks").text
    assert "一切都好" in client.get(f"/console/tasks/{task.id}").text


def test_who_calls_sees_the_number_the_age_the_last_pressure_and_what_is_open(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient = make_patient(session, name="王桂芳", phone="13800001001")
        for code, value in (("SBP", 182), ("DBP", 112)):
            make_reading(session, patient.id, indicator=code, value=value, measured_at=now, source="page")
        make_alert(session, patient.id, title="血压 182/112，头晕", now=now)
        task = make_task(session, patient.id, kind="call")
    page = client.get(f"/console/tasks/{task.id}").text
    for words in ("138****1001", " 岁", "182/112</strong>", "血压 182/112，头晕"):
        assert words in page, words


def test_a_call_of_the_plan_speaks_to_the_nurse_and_quotes_what_the_patient_was_told(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        plan = make_plan(session, make_patient(session).id)
        call = session.scalars(select(Task).where(Task.plan_id == plan.id, Task.kind == "call")).first()
        assert call is not None
    page = client.get(f"/console/tasks/{call.id}").text
    assert "请按随访计划给患者打电话。" in page
    assert f"患者在计划里看到的是：“{call.purpose}”" in page


def test_a_colleagues_task_is_not_taken_away(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        other = make_account(session)
        task = make_task(session, make_patient(session).id, kind="call", assignee_id=other.id)
    refused = client.post(f"/console/tasks/{task.id}/take")
    assert refused.status_code == 409
    assert "同事已经在做" in refused.text


@pytest.mark.parametrize("path", ["/console/tasks/nonsense", "/console/tasks?list=nonsense"])
def test_what_is_not_there_is_not_found(outside: Outside, client: FlaskClient, path: str) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
    assert client.get(path).status_code == 404


def test_a_plan_without_a_next_visit_is_named(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        plan = make_plan(session, make_patient(session, name="被忘的人").id)
        for task in session.scalars(select(Task).where(Task.plan_id == plan.id)):
            task.state = "cancelled"
    assert "被忘的人" in client.get("/console/tasks?list=team").text
