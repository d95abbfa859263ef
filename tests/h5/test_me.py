"""A patient's own pages: masked data, consents, who read the record, type size."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.trail import Actor, record_read
from app.core import clock
from app.core.db import read_only, transaction
from app.followup.tables import Plan, Task
from app.patients.tables import Consent, Patient, PatientSession
from app.wiring import Outside
from tests.factories.followup import make_plan
from tests.factories.medication import make_regimen
from tests.factories.patients import make_card, make_identity, make_patient, on_the_phone
from tests.factories.staff import make_account, sign_in_as


@pytest.fixture
def patient(client: FlaskClient, outside: Outside) -> Patient:
    with transaction(outside.sessions) as session:
        made = make_patient(session, name="王桂芳", phone="13800001001")
        make_card(session, made.id, serial="7KQ2-001")
    on_the_phone(client, outside, made.id)
    return made


def test_my_data_is_masked(client: FlaskClient, patient: Patient) -> None:
    page = client.get("/h5/me").text
    assert "王桂芳" in page and "138****1001" in page
    assert "13800001001" not in page and patient.id_number not in page


def test_my_cards(client: FlaskClient, patient: Patient) -> None:
    assert "7KQ2-001" in client.get("/h5/card").text


def test_a_consent_is_withdrawn_and_given_again_and_both_stay_on_record(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    client.post("/h5/me/consents/health_education")
    page = client.get("/h5/me").text
    today = clock.day_of(clock.now())
    assert f"已撤回，{today.month}月{today.day}日" in page
    assert "没有同意" not in page
    assert "已撤回，不再给您发这类消息。" in page
    agree = {"agree": "yes", "version": "2026-03"}
    client.post("/h5/me/consents/health_education", data=agree)
    page = client.get("/h5/me").text
    assert "已撤回" not in page and "已同意，记下了。" in page
    with read_only(outside.readers) as session:
        rows = session.scalars(select(Consent).where(Consent.purpose == "health_education")).all()
    assert [row.withdrawn_at is None for row in sorted(rows, key=lambda row: row.given_at)] == [False, True]


def test_without_the_consent_to_health_data_nobody_is_followed_up(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    with transaction(outside.sessions) as session:
        make_plan(session, patient.id)
    client.post("/h5/me/consents/health_data")
    with read_only(outside.readers) as session:
        assert session.scalars(select(Plan.state)).all() == ["ended"]
        assert session.scalars(
            select(Task.state).where(Task.plan_id.is_not(None), Task.kind == "form")
        ).all() == ["cancelled"]
        assert session.get_one(Patient, patient.id).status == "paused"
    agree = {"agree": "yes", "version": "2026-03"}
    for _ in range(2):
        client.post("/h5/me/consents/health_data", data=agree)
    with read_only(outside.readers) as session:
        assert session.get_one(Patient, patient.id).status == "active"
        again = session.scalars(select(Task).where(Task.title == "患者重新同意随访")).all()
        assert [task.state for task in again] == ["open"]


def test_who_took_back_the_consent_to_health_data_reads_everywhere_what_rests(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        make_regimen(session, patient.id, nurse.id, clock.now() - timedelta(days=1))
    client.post("/h5/me/consents/health_data")
    mine = client.get("/h5/me").text
    assert "已撤回。不再收集您新的健康信息，随访和提醒都停了。" in mine
    assert mine.count("同意过，现在停着") == 2, "reminders and health tips"
    medicines = client.get("/h5/medication").text
    assert "氨氯地平" in medicines
    for promise in ("该吃药了", "还没到", "可以补登记哪天"):
        assert promise not in medicines
    assert "写给护士" not in client.get("/h5").text
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, nurse)
    page = client.get(f"/console/patients/{patient.id}").text
    assert f"患者 {clock.day_of(clock.now())} 撤回了“使用我的健康信息”的同意" in page


def test_what_was_agreed_to_is_shown_and_not_a_newer_text(client: FlaskClient, patient: Patient) -> None:
    page = client.get("/h5/me").text
    assert "到了随访、吃药、体检的日子" in page
    assert "吃药提醒另算" not in page


def test_the_dead_are_not_brought_back_by_a_consent(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    with transaction(outside.sessions) as session:
        session.get_one(Patient, patient.id).status = "deceased"
    client.post("/h5/me/consents/health_data")
    client.post("/h5/me/consents/health_data", data={"agree": "yes", "version": "2026-03"})
    with read_only(outside.readers) as session:
        assert session.get_one(Patient, patient.id).status == "deceased"


def test_an_unknown_purpose_is_not_found(client: FlaskClient, patient: Patient) -> None:
    assert client.post("/h5/me/consents/everything").status_code == 404


def test_i_see_who_read_my_record(
    client: FlaskClient, outside: Outside, patient: Patient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        stranger = make_patient(session)
        record_read(session, Actor("staff", nurse.id), patient.id, "patient_page", now)
        record_read(session, Actor("patient", patient.id), patient.id, "patient_page", now)
        record_read(session, Actor("staff", nurse.id), stranger.id, "archive", now)
    page = client.get("/h5/me/readers").text
    assert page.count("李敏（护士）") == 1
    assert "看了患者页" in page and "2026 年 3 月 2 日 10:00" in page and "健康档案" not in page


def test_readers_come_page_by_page(
    client: FlaskClient, outside: Outside, patient: Patient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        for number in range(35):
            nurse = make_account(session, name=f"护士{number:02d}号")
            moment = now + timedelta(minutes=number)
            record_read(session, Actor("staff", nurse.id), patient.id, "patient_page", moment)
    first = client.get("/h5/me/readers").text
    assert "护士34号" in first and "护士04号" not in first
    link = first.split('href="/h5/me/readers?after=')[1].split('"')[0]
    second = client.get(f"/h5/me/readers?after={link}").text
    assert "护士04号" in second and "护士05号" not in second


def test_large_type_is_remembered_for_the_person(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    answer = client.post("/h5/large-type", data={"on": "yes", "back": "/h5/me"})
    assert answer.headers["Location"] == "/h5/me"
    assert '<html lang="zh-CN" class="large-type"' in client.get("/h5/me").text
    other = client.application.test_client()
    on_the_phone(other, outside, patient.id, app_kind="mp")
    assert "large-type" in other.get("/h5/me").text.split("<head>")[0]
    client.post("/h5/large-type", data={"on": "no", "back": "//evil.example"})
    assert "large-type" not in client.get("/h5/me").text.split("<head>")[0]


def test_large_type_works_before_there_is_a_person(client: FlaskClient, outside: Outside) -> None:
    on_the_phone(client, outside)
    client.post("/h5/large-type", data={"on": "yes", "back": "/h5/activate"})
    assert "large-type" in client.get("/h5/activate").text.split("<head>")[0]


def test_an_ended_or_revoked_session_leads_to_the_login(
    client: FlaskClient, outside: Outside, patient: Patient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        session.scalars(select(PatientSession)).one().ends_at = now.replace(year=2020)
    assert client.get("/h5/me").headers["Location"] == "/h5/login?next=/h5/me"
    on_the_phone(client, outside, patient.id, openid="another")
    assert client.get("/h5/me").status_code == 200
    with transaction(outside.sessions) as session:
        for row in session.scalars(select(PatientSession)):
            row.revoked_at = now
    assert client.post("/h5/large-type").headers["Location"] == "/h5/login?next=/h5"


def test_the_nurse_stands_in_the_header(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        made = make_patient(session, nurse_id=make_account(session, name="李敏").id)
        make_identity(session, made.id)
    on_the_phone(client, outside, made.id)
    assert "责任护士 李敏" in client.get("/h5/me").text
