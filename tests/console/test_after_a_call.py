"""A call is done: the page the nurse lands on says what follows, so that she need not go and look."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import read_only, transaction
from app.followup.reads import next_visit
from app.followup.reminders import remind_due
from app.followup.tables import Task
from app.wiring import Outside
from tests.factories.followup import make_plan, make_task
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, make_shift, sign_in_as

CALM = {
    "bp.systolic": "132",
    "bp.diastolic": "82",
    "symptoms": "none",
    "medication_adherence": "regular",
    "request_id": "told-on-the-phone-1",
}
GRAVE = CALM | {"bp.systolic": "182", "bp.diastolic": "112", "symptoms": "dizziness"}


@pytest.fixture
def call(outside: Outside, client: FlaskClient) -> Task:
    """王桂芳 answered nothing for two days; 李敏, her nurse, is on duty and has to call."""
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        make_shift(session, nurse.id, starts_at=clock.now() - timedelta(hours=1))
        sign_in_as(client, session, nurse)
        patient = make_patient(session, name="王桂芳", nurse_id=nurse.id)
        make_plan(session, patient.id, now=clock.now() - timedelta(days=5))
        for hours in (72, 48, 0):
            remind_due(session, clock.now() - timedelta(hours=hours))
        return session.scalars(select(Task).where(Task.kind == "call", Task.cause_id.is_not(None))).one()


def day(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{local.month} 月 {local.day} 日"


def test_a_calm_form_says_the_next_date_and_that_nobody_is_alarmed(
    client: FlaskClient, outside: Outside, call: Task
) -> None:
    page = client.post(f"/console/tasks/{call.id}/answers", data=CALM, follow_redirects=True)
    assert page.request.path == f"/console/tasks/{call.id}"
    assert "没有触发预警" in page.text
    with read_only(outside.readers) as session:
        ahead = next_visit(session, call.patient_id)
        assert ahead is not None
    assert day(ahead.due_at) in page.text
    assert "控制满意" in page.text
    assert "看这次的回答" in page.text


def test_a_grave_form_leads_to_its_alert_and_says_whose_it_is(client: FlaskClient, call: Task) -> None:
    page = client.post(f"/console/tasks/{call.id}/answers", data=GRAVE, follow_redirects=True).text
    assert "已经报了预警" in page
    assert 'href="/console/alerts/' in page
    assert "没有触发预警" not in page
    assert "由 李敏 负责" in page


def test_nobody_there_says_when_to_try_again(client: FlaskClient, outside: Outside, call: Task) -> None:
    page = client.post(
        f"/console/tasks/{call.id}/done", data={"outcome": "no_answer", "note": ""}, follow_redirects=True
    )
    with read_only(outside.readers) as session:
        again = session.scalars(select(Task).where(Task.kind == "call", Task.state == "open")).one()
    assert f"/console/tasks/{again.id}" in page.text
    assert day(again.due_at) in page.text
    assert "无人接听" in page.text


def test_a_wrong_number_leads_to_its_mending(client: FlaskClient, call: Task) -> None:
    page = client.post(
        f"/console/tasks/{call.id}/done", data={"outcome": "wrong_number"}, follow_redirects=True
    )
    assert "核对联系电话" in page.text


def test_the_next_piece_of_work_is_one_tap_away(client: FlaskClient, outside: Outside, call: Task) -> None:
    with transaction(outside.sessions) as session:
        other = make_task(
            session, make_patient(session, name="陈秀英").id, kind="call", assignee_id=call.assignee_id
        )
    page = client.post(f"/console/tasks/{call.id}/answers", data=CALM, follow_redirects=True).text
    assert f'href="/console/tasks/{other.id}"' in page
    assert "陈秀英" in page


def test_a_task_says_whose_it_is_and_why(client: FlaskClient, outside: Outside, call: Task) -> None:
    assert "李敏，是这位患者的责任护士" in client.get(f"/console/tasks/{call.id}").text
    with transaction(outside.sessions) as session:
        stranger = make_patient(session)
        open_task = make_task(session, stranger.id, kind="call")
        taken = make_task(session, stranger.id, kind="call", assignee_id=call.assignee_id)
    assert "还没有人，护士都可以做" in client.get(f"/console/tasks/{open_task.id}").text
    assert "李敏，是自己接下的" in client.get(f"/console/tasks/{taken.id}").text
