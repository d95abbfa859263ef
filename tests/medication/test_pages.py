"""Medicines through the pages: a nurse enters, the patient answers, the nurse sees with what coverage."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.alerts.tables import Alert
from app.audit.tables import Access
from app.core import clock
from app.core.db import transaction
from app.medication.tables import Dose, Regimen
from app.messaging.grants import note_popup
from app.messaging.tables import Template
from app.wiring import Outside
from tests.factories.medication import doses_of, make_regimen
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.staff import sign_in_as, signed_in
from tests.factories.ward import Ward, make_ward


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳's nurse is at the console."""
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        sign_in_as(client, session, found.nurse)
    return found


def form(**changes: object) -> dict[str, object]:
    today = clock.day_of(clock.now())
    return {
        "drug": "氨氯地平",
        "dose": "5 mg",
        "frequency": "qd",
        "times": ["08:00"],
        "start_on": today.isoformat(),
        "end_on": "",
        "note": "早饭后",
        "request_id": "request-0001",
    } | changes


def dose_due_now(outside: Outside, ward: Ward) -> str:
    """A regimen with a dose that has just fallen due; the dose's id."""
    now = clock.now()
    at = clock.local(now + timedelta(minutes=30))
    with transaction(outside.sessions) as session:
        regimen = make_regimen(
            session, ward.patient.id, ward.nurse.id, now, times=(f"{at:%H:%M}",), start_on=at.date()
        )
        return doses_of(session, regimen)[0].id


def test_a_double_click_enters_one_regimen(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    for _ in range(2):
        answer = client.post(f"/console/medication/{ward.patient.id}", data=form())
        assert answer.status_code == 303
    with transaction(outside.sessions) as session:
        regimen = session.scalars(select(Regimen)).one()
        assert (regimen.drug, regimen.times, regimen.entered_by) == ("氨氯地平", ["08:00"], ward.nurse.id)
    page = client.get(f"/console/medication/{ward.patient.id}").text
    assert "氨氯地平 5 mg" in page
    assert "还没有到期的服药" in page


def test_nurse_and_patient_read_that_the_second_dose_is_not_reminded_of(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    twice = form(drug="美托洛尔", frequency="bid", times=["08:00", "20:00"])
    told = client.post(f"/console/medication/{ward.patient.id}", data=twice, follow_redirects=True).text
    only_once = "患者还没有打开到点提醒：一般每天只有第一次（08:00）在微信里提醒一条，20:00 不再提醒。"
    assert f"已录入美托洛尔，{only_once}" in told
    assert "到点会提醒患者" not in told
    assert only_once in client.get(f"/console/patients/{ward.patient.id}").text
    on_the_phone(client, outside, ward.patient.id)
    page = client.get("/h5/medication").text
    assert "现在微信一般每天只提醒您一次（08:00）。20:00 请您自己记着。" in page


def test_one_dose_a_day_is_reminded_of(client: FlaskClient, ward: Ward) -> None:
    told = client.post(f"/console/medication/{ward.patient.id}", data=form(), follow_redirects=True).text
    assert "已录入氨氯地平，到点会提醒患者。" in told
    assert "每天只有第一次" not in told


def test_who_did_not_agree_to_reminders_is_promised_none(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        silent = make_patient(session, name="陈志强", nurse_id=ward.nurse.id, consents=("health_data",))
    told = client.post(f"/console/medication/{silent.id}", data=form(), follow_redirects=True).text
    assert "已录入氨氯地平，患者没有同意微信提醒，不会提醒吃药。" in told
    on_the_phone(client, outside, silent.id)
    page = client.get("/h5/medication").text
    assert "您没有同意“在微信里提醒我”" in page
    assert "打开吃药提醒" not in page


@pytest.mark.parametrize(
    "changes", [{"drug": "硝苯地平"}, {"dose": "10 mg"}, {"times": ["09:00"]}, {"note": "睡前"}]
)
def test_a_used_request_with_another_medicine_is_told_and_can_be_sent_again(
    client: FlaskClient, outside: Outside, ward: Ward, changes: dict[str, object]
) -> None:
    path = f"/console/medication/{ward.patient.id}"
    assert client.post(path, data=form()).status_code == 303
    refused = client.post(path, data=form(**changes))
    assert refused.status_code == 409
    assert "刚才这一页已经录入了氨氯地平" in refused.text
    assert "request-0001" not in refused.text, "the next try has an id of its own"
    with transaction(outside.sessions) as session:
        assert [(each.drug, each.dose) for each in session.scalars(select(Regimen))] == [("氨氯地平", "5 mg")]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"drug": ""}, "请填写药名"),
        ({"times": ["25:00"]}, "服药时间应写成"),
        ({"times": ["08:00", "20:00"]}, "要填 1 个时间"),
        ({"end_on": "2020-01-01"}, "结束日期不能早于开始日期"),
        ({"end_on": "三月"}, "结束日期请写成"),
        ({"start_on": ""}, "开始日期请写成"),
        ({"start_on": "0001-01-01"}, "请核对年份"),
        ({"start_on": "9999-12-31"}, "请核对年份"),
        ({"end_on": "9999-12-31"}, "长期用药请不填"),
        ({"dose": "-5 mg"}, "要写数字和单位"),
        ({"dose": "50000 mg"}, "不像是对的"),
    ],
)
def test_a_form_that_does_not_fit_comes_back_with_what_was_typed(
    client: FlaskClient, outside: Outside, ward: Ward, changes: dict, words: str
) -> None:
    answer = client.post(f"/console/medication/{ward.patient.id}", data=form(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "早饭后" in answer.text


def test_the_times_follow_the_frequency(client: FlaskClient, ward: Ward) -> None:
    part = client.get("/console/medication/times?frequency=tid").text
    assert [at for at in ("08:00", "12:00", "18:00") if f'value="{at}"' in part] == [
        "08:00",
        "12:00",
        "18:00",
    ]
    assert "待临床审核" in part


def test_stopping_asks_for_a_reason_and_ends_the_doses(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    client.post(f"/console/medication/{ward.patient.id}", data=form())
    with transaction(outside.sessions) as session:
        regimen_id = session.scalars(select(Regimen.id)).one()
    client.post(f"/console/medication/regimens/{regimen_id}/stop", data={"reason": " "})
    with transaction(outside.sessions) as session:
        assert session.get_one(Regimen, regimen_id).stopped_at is None
    client.post(f"/console/medication/regimens/{regimen_id}/stop", data={"reason": "医生换药"})
    assert "停用：医生换药" in client.get(f"/console/medication/{ward.patient.id}").text
    with transaction(outside.sessions) as session:
        assert set(session.scalars(select(Dose.state))) == {"cancelled"}


def test_reading_the_medicines_leaves_a_trace(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    client.get(f"/console/medication/{ward.patient.id}")
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Access.what)).all() == ["medication"]


def test_the_front_desk_enters_no_medicines(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    signed_in(client, outside, role="front_desk")
    assert client.post(f"/console/medication/{ward.patient.id}", data=form()).status_code == 403


def test_the_patient_taps_taken_once(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    dose_id = dose_due_now(outside, ward)
    on_the_phone(client, outside, ward.patient.id)
    for _ in range(2):
        answer = client.post("/h5/medication/take", data={"dose_ids": dose_id, "request_id": "request-0001"})
        assert answer.status_code == 303
    with transaction(outside.sessions) as session:
        assert session.get_one(Dose, dose_id).state == "taken"


def test_a_side_effect_is_told_to_a_nurse_and_to_the_patient(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    dose_id = dose_due_now(outside, ward)
    on_the_phone(client, outside, ward.patient.id)
    page = client.get(f"/h5/medication/skip?dose_ids={dose_id}").text
    assert "吃了不舒服" in page
    answer = client.post(
        "/h5/medication/skip",
        data={"dose_ids": dose_id, "request_id": "request-0001", "reason": "side_effect"},
        follow_redirects=True,
    )
    assert "已经告诉护士" in answer.text
    with transaction(outside.sessions) as session:
        assert session.scalars(select(Alert.reason)).all() == ["side_effect"]


def test_no_reason_is_asked_again(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    dose_id = dose_due_now(outside, ward)
    on_the_phone(client, outside, ward.patient.id)
    answer = client.post("/h5/medication/skip", data={"dose_ids": dose_id, "request_id": "request-0001"})
    assert answer.status_code == 422
    assert "请选一个没吃的原因" in answer.text


def test_somebody_elses_dose_is_not_there(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    dose_id = dose_due_now(outside, ward)
    with transaction(outside.sessions) as session:
        other = make_patient(session, name="李建国")
    on_the_phone(client, outside, other.id)
    answer = client.post("/h5/medication/take", data={"dose_ids": dose_id, "request_id": "request-0001"})
    assert answer.status_code == 404


def test_the_nurse_sees_adherence_with_its_coverage(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now - timedelta(days=8))
        doses = doses_of(session, regimen)
        for dose, state in zip(doses, ["taken"] * 4 + ["skipped", "unanswered", "unanswered"], strict=True):
            dose.state = state
    page = client.get(f"/console/medication/{ward.patient.id}").text
    assert "已确认 <strong>4</strong> / 应吃 <strong>7</strong>（57%），2 次没登记，不算已吃" in page
    assert "登记率 71%" in page
    assert "连续 3 次没吃或没登记" in page


def test_the_page_asks_for_lasting_reminders_until_they_are_allowed(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    dose_due_now(outside, ward)
    with transaction(outside.sessions) as session:
        session.add(
            Template(
                lane="mp_subscribe",
                purpose="dose",
                wechat_template_id="MpSubDose",
                title="用药提醒",
                keys={"thing1": "what"},
                long_term=True,
            )
        )
    identity = on_the_phone(client, outside, ward.patient.id, app_kind="mp")
    assert 'data-templates="MpSubDose"' in client.get("/h5/medication").text
    asking = client.post("/h5/medication/subscribed", data={"answers": '{"MpSubDose":"accept"}'})
    assert 'hx-get="/h5/medication/reminding"' in client.get(asking.location).text
    waiting = client.get("/h5/medication/reminding")
    assert "微信提醒已开启" not in waiting.text
    with transaction(outside.sessions) as session:
        note_popup(session, identity.id, {"MpSubDose": "accept"}, clock.now())
    told = client.get("/h5/medication/reminding", headers={"If-None-Match": waiting.headers["ETag"]})
    assert "微信提醒已开启" in told.text
    assert "微信提醒已开启" in client.get("/h5/medication").text


def test_yesterdays_card_leads_to_yesterdays_doses(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    """Tapped the next morning it is answered for the day it was about, and stays there."""
    now = clock.now()
    yesterday = clock.day_of(now) - timedelta(days=1)
    with transaction(outside.sessions) as session:
        regimen = make_regimen(
            session, ward.patient.id, ward.nurse.id, now - timedelta(days=2), start_on=yesterday
        )
        dose = doses_of(session, regimen)[0]
        dose.state = "unanswered"
        dose_id = dose.id
    on_the_phone(client, outside, ward.patient.id)
    page = client.get(f"/h5/medication/{yesterday}").text
    assert f"{yesterday.month}月{yesterday.day}日（周" in page
    assert "这是昨天的药，不是今天的。" in page
    assert "早上 08:00" in page
    assert "那次吃了" in page
    assert ">已吃<" not in page
    assert f'value="{dose_id}"' in page
    assert dose_id not in client.get("/h5/medication").text
    answer = client.post("/h5/medication/take", data={"dose_ids": dose_id, "request_id": "request-0001"})
    assert answer.location == f"/h5/medication/{yesterday}"
    said = f"记好了：{yesterday.month}月{yesterday.day}日早上 08:00 那次，吃了。"
    assert said in client.get(answer.location).text
    with transaction(outside.sessions) as session:
        assert session.get_one(Dose, dose_id).state == "taken"


def test_a_dose_of_long_ago_is_shown_without_buttons(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    now = clock.now()
    then = clock.day_of(now) - timedelta(days=9)
    with transaction(outside.sessions) as session:
        regimen = make_regimen(
            session, ward.patient.id, ward.nurse.id, now - timedelta(days=10), start_on=then
        )
        dose_id = doses_of(session, regimen)[0].id
        doses_of(session, regimen)[0].state = "unanswered"
    on_the_phone(client, outside, ward.patient.id)
    page = client.get(f"/h5/medication/{then}").text
    assert "过去一个多星期了，记不清也没关系，不用再登记" in page
    assert dose_id not in page
    assert "看今天的药" in page


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-02-30", "gestern"])
def test_a_day_that_is_none_is_not_there(client: FlaskClient, outside: Outside, ward: Ward, on: str) -> None:
    on_the_phone(client, outside, ward.patient.id)
    assert client.get(f"/h5/medication/{on}").status_code == 404


def test_who_refuses_reminders_is_told_how_to_open_them(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    on_the_phone(client, outside, ward.patient.id)
    answer = client.post(
        "/h5/medication/subscribed", data={"answers": '{"MpSubDose":"reject"}'}, follow_redirects=True
    )
    assert "没有打开提醒" in answer.text
    assert "/h5/medication/reminding" not in answer.text


def test_an_empty_page_says_what_will_come(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    on_the_phone(client, outside, ward.patient.id)
    assert "还没有用药方案" in client.get("/h5/medication").text
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Dose)) == 0
