"""Signs that nobody sees: refused by the field from staff and programs, taken out of patients' words."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.conversations.tables import Line
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.medication.tables import Regimen
from app.patients.sessions import open_session
from app.patients.tables import CardBatch
from app.risk.tables import PatientTag
from app.staff.tables import CalendarDay
from app.wiring import Outside
from tests.factories.followup import make_plan, make_task
from tests.factories.patients import make_identity, on_the_phone
from tests.factories.staff import make_account, sign_in_as
from tests.factories.ward import Ward, make_ward

BACKWARDS = "氨氯地平\u202egm 5"


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳's nurse is at the console."""
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        sign_in_as(client, session, found.nurse)
    return found


def as_administrator(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session, role="administrator", name="管理员"))


def count(outside: Outside, table: type) -> int:
    with read_only(outside.readers) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def regimen(**changes: str) -> dict[str, str]:
    day = clock.day_of(clock.now()).isoformat()
    return {
        "drug": "氨氯地平", "dose": "5 mg", "frequency": "qd", "times": "08:00", "start_on": day,
        "request_id": "request-0001", **changes,
    }  # fmt: skip


def test_a_drug_that_reads_backwards_is_refused_by_the_field(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    refused = client.post(f"/console/medication/{ward.patient.id}", data=regimen(drug=BACKWARDS))
    assert refused.status_code == 422
    assert "“药名”里有看不见的控制字符" in refused.text
    assert "gm 5" not in refused.text
    assert count(outside, Regimen) == 0


def test_a_holiday_with_a_nul_is_refused(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    as_administrator(client, outside)
    refused = client.post(
        "/console/holidays", data={"first": "2026-12-30", "kind": "off", "name": "元\x00旦"}
    )
    assert (refused.status_code, "“名称”" in refused.text) == (422, True)
    assert count(outside, CalendarDay) == 0


def test_a_nurses_message_is_refused_and_stays_in_the_composer(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        make_task(session, ward.patient.id)
    talk = client.post(f"/console/inbox/with/{ward.patient.id}").location
    refused = client.post(
        f"{talk}/lines",
        data={"text": "饭后\u2067吃", "request_id": "request-0001"},
        headers={"HX-Request": "true"},
    )
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#notices")
    assert "“内容”" in refused.text
    assert count(outside, Line) == 0


def test_a_patient_is_not_refused_for_what_a_copied_number_brings(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    on_the_phone(client, outside, ward.patient.id)
    written = {"text": "我的电话\u202d13800001001\u202c\x00", "request_id": "request-0001"}
    assert client.post("/h5/messages", data=written).status_code < 400
    with read_only(outside.readers) as session:
        bodies = session.scalars(select(Line.body).where(Line.author_kind == "patient")).all()
    assert bodies == ["我的电话13800001001"]


def test_the_api_refuses_by_the_field_and_keeps_letters_without_them(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        identity = make_identity(session, ward.patient.id, app_kind="mp")
        token = open_session(session, identity.id, "api", clock.machine())
        plan = make_plan(session, ward.patient.id, now=clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    refused = client.post(
        "/api/v1/plan/stop",
        json={"request_id": new_id(), "plan_id": plan.id, "reason": "换\u202e医院"},
        headers=headers,
    )
    assert (refused.status_code, refused.get_json()["field"]) == (422, "reason")
    letter = {"request_id": new_id(), "text": "\u2066电话\u2069 13800001001"}
    written = client.post("/api/v1/messages", json=letter, headers=headers)
    assert (written.status_code, written.get_json()["text"]) == (201, "电话 13800001001")


@pytest.mark.parametrize("written", ["2026-W10-1", "20260331"], ids=["iso-week", "basic"])
def test_a_day_is_year_month_day_only(
    client: FlaskClient, outside: Outside, ward: Ward, written: str
) -> None:
    refused = client.post(f"/console/medication/{ward.patient.id}", data=regimen(start_on=written))
    assert (refused.status_code, "开始日期请写成 2026-03-31 这样" in refused.text) == (422, True)
    as_administrator(client, outside)
    refused = client.post("/console/holidays", data={"first": written, "kind": "off", "name": "元旦"})
    assert (refused.status_code, "请选择日期" in refused.text) == (422, True)
    refused = client.post(
        "/console/shifts",
        data={"account_id": ward.nurse.id, "day": written, "starts": "08:00", "ends": "17:00"},
    )
    assert (refused.status_code, "请选择日期" in refused.text) == (422, True)


LONG = "字" * 256


def test_a_remark_of_a_task_that_is_too_long_is_given_back_whole(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        task = make_task(session, ward.patient.id, kind="review")
    refused = client.post(f"/console/tasks/{task.id}/done", data={"note": LONG})
    assert refused.status_code == 422
    assert "说明最多 255 个字，现在有 256 个" in refused.text
    assert LONG in refused.text


def test_why_a_tag_is_too_long_is_given_back_whole(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    refused = client.post(f"/console/patients/{ward.patient.id}/tags", data={"tag": "独居", "why": LONG})
    assert refused.status_code == 422
    assert "为什么最多 255 个字" in refused.text
    assert LONG in refused.text
    assert count(outside, PatientTag) == 0


def test_a_name_and_a_remark_of_the_administrators_are_given_back_whole(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    as_administrator(client, outside)
    refused = client.post("/console/holidays", data={"first": "2026-12-30", "kind": "off", "name": LONG})
    assert (refused.status_code, LONG in refused.text) == (422, True)
    assert "名称最多 32 个字" in refused.text
    refused = client.post("/console/medication/" + ward.patient.id, data=regimen(note=LONG))
    assert count(outside, CardBatch) == count(outside, Regimen) == 0


def test_a_note_of_a_medicine_that_is_too_long_is_given_back_whole(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    refused = client.post(f"/console/medication/{ward.patient.id}", data=regimen(note=LONG * 3))
    assert refused.status_code == 422
    assert "备注最多 255 个字" in refused.text
    assert LONG * 3 in refused.text


def test_a_reason_for_stopping_a_plan_is_not_cut(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        plan = make_plan(session, ward.patient.id, now=clock.now())
    base = f"/console/patients/{ward.patient.id}"
    back = client.post(f"{base}/plan/{plan.id}/stop", data={"reason": LONG})
    assert "原因最多 128 个字，现在有 256 个" in client.get(back.location).text
    with read_only(outside.readers) as session:
        assert session.get_one(type(plan), plan.id).state == "active"
