"""Staff find patients, correct records, see a phone number; all of it leaves a trail."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access, Change
from app.core.db import read_only, transaction
from app.patients.corrections import LONGEST_ADDRESS
from app.patients.tables import Patient
from app.wiring import Outside
from tests.factories.patients import an_id_number, make_card, make_patient
from tests.factories.staff import make_account, signed_in

ADDRESS = "南京市玄武区中山东路 1 号"


@pytest.fixture
def patient(client: FlaskClient, outside: Outside) -> Patient:
    signed_in(client, outside)
    with transaction(outside.sessions) as session:
        made = make_patient(session, name="王桂芳", phone="13800001001", address=ADDRESS)
        make_card(session, made.id, serial="7KQ2-001")
        return made


def reads_of(outside: Outside, patient: Patient) -> list[str]:
    with read_only(outside.readers) as session:
        return list(session.scalars(select(Access.what).where(Access.patient_id == patient.id)))


def changes_of(outside: Outside, patient: Patient) -> list[tuple[str, dict]]:
    with read_only(outside.readers) as session:
        rows = session.scalars(select(Change).where(Change.patient_id == patient.id).order_by(Change.id))
        return [(row.action, row.detail) for row in rows]


@pytest.mark.parametrize("q", ["王桂芳", "wgf", "13800001001", "7KQ2-001", ""])
def test_the_list_shows_who_is_found_and_masks_the_rest(
    client: FlaskClient, patient: Patient, q: str
) -> None:
    page = client.post("/console/patients", data={"q": q}).text
    assert "王桂芳" in page and "138****1001" in page and f'href="/console/patients/{patient.id}"' in page
    assert page.replace(f'value="{q}"', "").replace(f"“{q}”", "").count("13800001001") == 0
    assert patient.id_number not in page


def test_a_search_without_result_says_how_to_search(client: FlaskClient, patient: Patient) -> None:
    assert "也可以只填手机号或身份证的后四位" in client.post("/console/patients", data={"q": "1380000"}).text


def test_who_is_looked_for_never_stands_in_an_address(client: FlaskClient, patient: Patient) -> None:
    """An address stays in the browser's history and in a proxy's log: words in it are not looked for."""
    page = client.get("/console/patients?q=nobody+has+this+name").text
    assert "王桂芳" in page and "nobody" not in page


def test_the_desk_finds_patients_but_does_not_open_their_pages(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    signed_in(client, outside, role="front_desk")
    page = client.get("/console/patients").text
    assert "王桂芳" in page and f'href="/console/patients/{patient.id}"' not in page
    assert client.get(f"/console/patients/{patient.id}/archive").status_code == 403


def test_the_list_goes_on(client: FlaskClient, outside: Outside, patient: Patient) -> None:
    with transaction(outside.sessions) as session:
        for _ in range(30):
            make_patient(session, name="李建国")
    first = client.get("/console/patients").text
    assert "王桂芳" not in first
    after = first.split('name="after" value="')[1].split('"')[0]
    assert "王桂芳" in client.post("/console/patients", data={"q": "", "after": after}).text


def test_what_is_looked_for_does_not_stand_in_an_address(client: FlaskClient, patient: Patient) -> None:
    page = client.get("/console/patients").text
    forms = [form for form in page.split("<form")[1:] if 'name="q"' in form]
    assert len(forms) == 2 and all('method="post"' in form for form in forms)


def test_the_phone_is_shown_for_half_a_minute_and_that_is_noted(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    shown = client.post(f"/console/patients/{patient.id}/phone", headers={"HX-Request": "true"}).text
    assert "13800001001" in shown and "load delay:30s" in shown
    assert reads_of(outside, patient) == ["phone_revealed"]
    masked = client.get(f"/console/patients/{patient.id}/phone").text
    assert "138****1001" in masked and "13800001001" not in masked


def test_the_phone_cannot_be_fetched_by_a_link(client: FlaskClient, patient: Patient) -> None:
    assert "13800001001" not in client.get(f"/console/patients/{patient.id}/phone").text


def test_a_record_is_corrected_and_the_trail_names_fields_not_values(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    number = an_id_number(date(1960, 2, 3), sex="male")
    form = {
        "name": "王桂方",
        "status": "in_hospital",
        "phone": "139 1234 5678",
        "id_number": number,
        "address": "苏州市姑苏区",
    }
    page = client.post(f"/console/patients/{patient.id}/profile", data=form, follow_redirects=True).text
    assert "已保存" in page and "139****5678" in page and "1960-02-03" in page
    with read_only(outside.readers) as session:
        row = session.get_one(Patient, patient.id)
        assert (row.name, row.pinyin, row.initials) == ("王桂方", "wangguifang", "wgf")
        assert (row.phone, row.phone_verified, row.status) == ("13912345678", False, "in_hospital")
        assert (row.id_number, row.sex, row.birth_on) == (number, "male", date(1960, 2, 3))
    changed = ["name", "status", "phone", "id_number", "address"]
    assert changes_of(outside, patient) == [("updated", {"fields": changed})]
    assert "13912345678" in client.post(f"/console/patients/{patient.id}/phone").text


def test_empty_private_fields_stay_as_they_are(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    page = client.get(f"/console/patients/{patient.id}/profile").text
    assert ADDRESS not in page and "南京市玄武区****" in page and "13800001001" not in page
    client.post(f"/console/patients/{patient.id}/profile", data={"name": "王桂芳", "status": "active"})
    with read_only(outside.readers) as session:
        assert session.get_one(Patient, patient.id).address == ADDRESS
    assert changes_of(outside, patient) == []
    assert reads_of(outside, patient) == ["profile"]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"name": "W"}, "中文姓名"),
        ({"status": "wizard"}, "请选择状态"),
        ({"phone": "123"}, "11位手机号"),
        ({"id_number": "123"}, "18位"),
        ({"address": "长" * 81}, "地址最多 80 个字"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_saved(
    client: FlaskClient, outside: Outside, patient: Patient, change: dict[str, str], words: str
) -> None:
    form = {"name": "王桂芳", "status": "active", "phone": "13912345678"} | change
    answer = client.post(f"/console/patients/{patient.id}/profile", data=form)
    assert answer.status_code == 422 and words in answer.text
    with read_only(outside.readers) as session:
        assert session.get_one(Patient, patient.id).phone == "13800001001"


def test_another_patients_id_number_is_refused(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    with transaction(outside.sessions) as session:
        taken = make_patient(session).id_number
    form = {"name": "王桂芳", "status": "active", "id_number": taken}
    answer = client.post(f"/console/patients/{patient.id}/profile", data=form)
    assert answer.status_code == 422 and "已经登记在另一位患者名下" in answer.text


def test_a_patient_gets_a_doctor_and_a_nurse(client: FlaskClient, outside: Outside, patient: Patient) -> None:
    with transaction(outside.sessions) as session:
        doctor = make_account(session, role="doctor", name="张伟")
        nurse = make_account(session, name="赵静")
        gone = make_account(session, role="doctor", name="已离职", active=False)
    assert "已离职" not in client.get(f"/console/patients/{patient.id}/profile").text
    client.post(f"/console/patients/{patient.id}/doctor", data={"doctor_id": doctor.id})
    back = client.post(
        f"/console/patients/{patient.id}/nurse",
        data={"nurse_id": nurse.id, "back": f"/console/patients/{patient.id}"},
    )
    assert back.headers["Location"] == f"/console/patients/{patient.id}"
    page = client.get("/console/patients").text
    assert "张伟" in page and "赵静" in page
    assert [action for action, _ in changes_of(outside, patient)] == ["doctor_assigned", "nurse_assigned"]
    for wrong in (nurse.id, gone.id, "", "nobody"):
        answer = client.post(f"/console/patients/{patient.id}/doctor", data={"doctor_id": wrong})
        assert answer.status_code == 422


def test_the_archive_is_filled_in_and_completed(
    client: FlaskClient, outside: Outside, patient: Patient
) -> None:
    path = f"/console/patients/{patient.id}/archive"
    assert "还缺：过敏史、诊断、家族史、生活习惯" in client.get(path).text
    refused = client.post(path, data={"kind": "diagnosis", "text": "高血压", "icd10": "?"})
    assert refused.status_code == 422 and ">高血压</textarea>" in refused.text and "ICD-10" in refused.text
    assert client.post(f"{path}/complete").status_code == 409
    for kind, text, code in (
        ("allergy", "无", ""),
        ("diagnosis", "高血压", "I10"),
        ("family", "无", ""),
        ("social", "不吸烟", ""),
    ):
        assert client.post(path, data={"kind": kind, "text": text, "icd10": code}).status_code == 302
    page = client.post(f"{path}/complete", follow_redirects=True).text
    assert "健康档案已完成" in page and "<code>I10</code>" in page
    entry = page.split(f"{path}/")[1].split("/end")[0]
    client.post(f"{path}/{entry}/end")
    assert "已经结束的" in client.get(path).text
    assert set(reads_of(outside, patient)) == {"archive"}
    # The diagnosis brings its tag.
    assert [action for action, _ in changes_of(outside, patient)] == [
        *("added", "added", "set", "added", "added"),
        "archive_completed",
        "ended",
    ]


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "profile"),
        ("POST", "profile"),
        ("POST", "doctor"),
        ("POST", "phone"),
        ("GET", "phone"),
        ("GET", "archive"),
        ("POST", "archive"),
        ("POST", "archive/complete"),
        ("POST", "archive/none/end"),
    ],
)
def test_an_unknown_patient_is_not_found_and_leaves_no_trail(
    client: FlaskClient, outside: Outside, patient: Patient, method: str, path: str
) -> None:
    form = {"name": "王桂芳", "status": "active", "kind": "allergy", "text": "无", "doctor_id": "x"}
    answer = client.open(f"/console/patients/nobody/{path}", method=method, data=form)
    assert answer.status_code == 404
    with read_only(outside.readers) as session:
        assert session.scalars(select(Access)).all() == []


@pytest.mark.parametrize("sign", ["汉", "𠮷"], ids=["common", "rare"])
def test_the_longest_address_is_kept_whole(
    client: FlaskClient, outside: Outside, patient: Patient, sign: str
) -> None:
    form = {"name": "王桂芳", "status": "active", "address": sign * LONGEST_ADDRESS}
    assert client.post(f"/console/patients/{patient.id}/profile", data=form).status_code == 302
    with read_only(outside.readers) as session:
        assert session.get_one(Patient, patient.id).address == sign * LONGEST_ADDRESS
