"""The patient's plan on the phone."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import read_only, transaction
from app.followup.reminders import remind_due
from app.followup.tables import Plan, Task
from app.messaging.tables import Message
from app.patients import consents
from app.wiring import Outside
from tests.factories.followup import make_plan, make_task
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.staff import make_account


@pytest.fixture
def plan(outside: Outside) -> Plan:
    with transaction(outside.sessions) as session:
        patient = make_patient(session, nurse_id=make_account(session, name="李敏").id)
        now = clock.now()
        plan = make_plan(session, patient.id, now=now - timedelta(days=2))
        remind_due(session, now)
    return plan


@pytest.fixture
def phone(client: FlaskClient, outside: Outside, plan: Plan) -> FlaskClient:
    on_the_phone(client, outside, plan.patient_id)
    return client


def test_the_plan_says_when_why_who_and_how_to_stop(phone: FlaskClient) -> None:
    page = phone.get("/h5/plan").text
    assert "第一次血压随访" in page and "现在填" in page
    assert "好安排以后多久联系一次" in page
    assert "李敏护士会给您打电话" in page
    assert "不想再收到随访了" in page


def test_a_call_that_is_due_is_the_nurses_to_do(phone: FlaskClient, outside: Outside, plan: Plan) -> None:
    with transaction(outside.sessions) as session:
        make_task(session, plan.patient_id, kind="call", title="欢迎电话", plan_id=plan.id)
    called = phone.get("/h5/plan").text.partition("欢迎电话")[0].rpartition("<article")[2]
    assert "等护士来电" in called
    assert "等您完成" not in called


def test_without_a_plan_the_page_says_so(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        patient_id = make_patient(session).id
    on_the_phone(client, outside, patient_id)
    assert "还没有随访计划" in client.get("/h5/plan").text


def test_stopping_ends_the_sending(phone: FlaskClient, outside: Outside, plan: Plan) -> None:
    page = phone.post(f"/h5/plan/{plan.id}/stop", data={"reason": "提醒太多"}, follow_redirects=True)
    assert "已经停止" in page.text
    with read_only(outside.readers) as session:
        assert session.scalars(select(Message.state)).all() == ["cancelled"]
        open_ones = session.scalars(select(Task.kind).where(Task.state.in_(("open", "planned")))).all()
        assert open_ones == ["review"]
    with transaction(outside.sessions) as session:
        assert remind_due(session, clock.now() + timedelta(days=400)) == 0


def test_stopping_needs_no_reason(phone: FlaskClient, outside: Outside, plan: Plan) -> None:
    page = phone.post(f"/h5/plan/{plan.id}/stop", data={}, follow_redirects=True).text
    assert "停止，不再问您血压" in page
    assert '<a href="/h5/messages">跟护士说一声</a>' in page
    with read_only(outside.readers) as session:
        assert session.get_one(Plan, plan.id).end_reason is None


def test_the_page_says_truly_what_stops_and_what_goes_on(
    phone: FlaskClient, outside: Outside, plan: Plan
) -> None:
    page = phone.get("/h5/plan").text
    assert "不再定期问您血压，也不再为随访给您打电话" in page
    assert "吃药提醒照样发" in page
    assert "停了以后不再提醒您" not in page
    stopped = phone.post(f"/h5/plan/{plan.id}/stop", data={}, follow_redirects=True).text
    assert "吃药提醒还照旧" in stopped
    with read_only(outside.readers) as session:
        assert "reminders" in consents.active(session, plan.patient_id)


def test_the_reminders_of_doses_can_be_stopped_with_it(
    phone: FlaskClient, outside: Outside, plan: Plan
) -> None:
    answer = phone.post(f"/h5/plan/{plan.id}/stop", data={"also": "reminders"}, follow_redirects=True)
    assert "吃药提醒也关着" in answer.text
    with read_only(outside.readers) as session:
        assert "reminders" not in consents.active(session, plan.patient_id)


def test_somebody_elses_plan_is_not_there(client: FlaskClient, outside: Outside, plan: Plan) -> None:
    with transaction(outside.sessions) as session:
        other = make_patient(session).id
    on_the_phone(client, outside, other)
    assert client.post(f"/h5/plan/{plan.id}/stop", data={"reason": "x"}).status_code == 404


def test_a_plan_rests_and_goes_on(phone: FlaskClient, outside: Outside, plan: Plan) -> None:
    page = phone.post(f"/h5/plan/{plan.id}/pause", follow_redirects=True)
    assert "计划暂停着" in page.text
    later = clock.now() + timedelta(days=10)
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Message.state)).all() == ["cancelled"]
        assert remind_due(session, later) == 0
    page = phone.post(f"/h5/plan/{plan.id}/resume", follow_redirects=True)
    assert "计划暂停着" not in page.text
    with transaction(outside.sessions) as session:
        assert remind_due(session, later) == 2, "the form's next step, and the welcome call"


def test_an_ended_plan_does_not_rest(phone: FlaskClient, plan: Plan) -> None:
    phone.post(f"/h5/plan/{plan.id}/stop", data={"reason": "提醒太多"})
    refused = phone.post(f"/h5/plan/{plan.id}/resume")
    assert refused.status_code == 409
    assert "已经停止了" in refused.text
