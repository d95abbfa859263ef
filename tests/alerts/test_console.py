"""What a nurse sees of alerts: the list, one alert, taken and resolved."""

import re
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts import handling
from app.alerts.escalation import escalate_due
from app.alerts.tables import Alert
from app.audit.tables import Access
from app.audit.trail import Actor
from app.conversations.tables import Conversation
from app.core import clock
from app.core.db import read_only, transaction
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account, sign_in_as
from tests.factories.ward import make_ward


def test_the_gravest_stands_first_and_can_be_taken_and_resolved(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        nurse, patient = make_account(session), make_patient(session, name="王桂芳")
        sign_in_as(client, session, nurse)
        make_alert(session, patient.id, urgency="normal", title="连续三天没有登记服药")
        alert = make_alert(session, patient.id, title="血压 182/112，伴头晕")
    page = client.get("/console/alerts").text
    assert page.index("182/112") < page.index("连续三天")
    assert "王桂芳" in page

    assert client.post(f"/console/alerts/{alert.id}/acknowledge").status_code == 302
    refused = client.post(f"/console/alerts/{alert.id}/resolve", data={"outcome": " "})
    assert refused.status_code == 422
    assert "请写下处理结果" in refused.text
    client.post(f"/console/alerts/{alert.id}/resolve", data={"outcome": "已电话联系，送急诊", "seen": "1"})
    assert "已电话联系，送急诊" in client.get(f"/console/alerts/{alert.id}").text
    assert "182/112" not in client.get("/console/alerts/rows").text
    with read_only(outside.readers) as session:
        assert "alert" in session.scalars(select(Access.what)).all()


def test_a_page_that_has_not_shown_the_newest_danger_closes_nothing(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    """She writes her outcome while the patient writes again: what nobody has read stays open."""
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        sign_in_as(client, session, ward.nurse)
        make_patient_line(session, ward.chat, "胸口痛", now)
        alert = session.scalars(select(Alert)).one()
    url = f"/console/alerts/{alert.id}"
    client.post(f"{url}/acknowledge")
    form = {"outcome": "已电话，休息后好转", **hidden(client.get(url).text, "seen")}
    with transaction(outside.sessions) as session:
        make_patient_line(session, ward.chat, "喘不上气了", now + timedelta(minutes=1))
    refused = client.post(f"{url}/resolve", data=form)
    assert refused.status_code == 409
    for words in ("刚刚又有新情况，请先看一眼", "「喘不上气了」", "已电话，休息后好转"):
        assert words in refused.text
    with read_only(outside.readers) as session:
        assert session.get_one(Alert, alert.id).state == "open"
    client.post(f"{url}/resolve", data=form | hidden(refused.text, "seen"))
    with read_only(outside.readers) as session:
        assert session.get_one(Alert, alert.id).state == "resolved"


def hidden(page: str, name: str) -> dict[str, str]:
    """What the page's hidden field of this name carries, as the browser sends it."""
    return dict(re.findall(rf'<input type="hidden" name="({name})" value="([^"]*)">', page))


def test_an_alert_says_why_it_is_whose_it_is(outside: Outside, client: FlaskClient, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        sign_in_as(client, session, nurse)
        alert = make_alert(session, make_patient(session, nurse_id=nurse.id).id)
    page = client.get(f"/console/alerts/{alert.id}").text
    assert f'hx-post="/console/patients/{alert.patient_id}/phone"' in page, "she can call from here"
    assert "李敏，当时没有护士值班，是这位患者的责任护士" in page
    client.post(f"/console/alerts/{alert.id}/acknowledge")
    assert "李敏，主动接手，由本人处理到结束" in client.get(f"/console/alerts/{alert.id}").text


def test_the_poll_draws_nothing_when_nothing_has_happened(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        nurse, patient = make_account(session), make_patient(session)
        sign_in_as(client, session, nurse)
    first = client.get("/console/alerts/rows")
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/console/alerts/rows", headers=known).status_code == 304
    with transaction(outside.sessions) as session:
        make_alert(session, patient.id)
    changed = client.get("/console/alerts/rows", headers=known)
    assert (changed.status_code, "182/112" in changed.text) == (200, True)
    assert "<strong>1</strong> 条紧急" in client.get("/console/alerts/badge").text


def test_the_page_says_first_who_it_is_in_what_words_and_how_to_reach_them(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        sign_in_as(client, session, ward.nurse)
        make_patient_line(session, ward.chat, "胸口疼得厉害", now)
        make_patient_line(session, ward.chat, "血压 182/112", now)
        alert = session.scalars(select(Alert)).one()
        talk = session.scalars(select(Conversation.id)).one()
    page = client.get(f"/console/alerts/{alert.id}").text
    main = page[page.index("<main") :]
    for words in ("王桂芳", "女，", "138****1001", "「胸口疼得厉害」", "「血压 182/112」"):
        assert main.index(words) < main.index("我来处理")
    assert f'href="/console/inbox/{talk}"' in main
    assert "系统发现，负责：李敏" in main
    home = client.get("/console/home/live").text
    assert "患者说：「血压 182/112」「胸口疼得厉害」" in home


def test_an_alert_taken_and_left_lying_says_that_its_time_ran_out(
    outside: Outside, client: FlaskClient
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        sign_in_as(client, session, ward.nurse)
        alert = make_alert(session, ward.patient.id, now=clock.now())
    client.post(f"/console/alerts/{alert.id}/acknowledge")
    assert "前写下处理结果" in client.get("/console/alerts/rows").text
    with transaction(outside.sessions) as session:
        session.get_one(Alert, alert.id).settle_by = clock.now() - timedelta(minutes=1)
    for page in ("/console/alerts/rows", "/console/home/live", f"/console/patients/{ward.patient.id}"):
        shown = client.get(page).text
        assert "已超时限" in shown and "前写下处理结果，已超时" in shown


def test_an_alert_that_was_taken_and_passed_on_tells_who_had_it_and_the_time_of_who_has_it_now(
    outside: Outside, client: FlaskClient
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        chief = make_account(session, name="周敏", role="administrator")
        alert = make_alert(session, ward.patient.id, now=clock.now())
        handling.acknowledge(session, Actor("staff", ward.nurse.id), alert.id, clock.now())
        ran_out = clock.now() - timedelta(minutes=1)
        alert.settle_by = alert.next_escalation_at = ran_out
        escalate_due(session, clock.now())
        until = clock.local(alert.next_escalation_at).strftime("%H:%M")
        sign_in_as(client, session, chief)
    for page in ("/console/alerts/rows", "/console/home/live"):
        shown = client.get(page).text
        assert "李敏已接手，" in shown
        assert f"{clock.local(ran_out):%H:%M} 前没有写结果，转给您" in shown
        assert f"{until} 前接手</span>" in shown
        assert "前接手，已超时" not in shown


def test_lists_tell_what_the_patient_answered_and_leave_the_sources_to_the_alerts_page(
    outside: Outside, client: FlaskClient
) -> None:
    answered = "填写问卷时触发：出现危急症状。已经回答：182/112；头晕。"
    rule = "血压 182/112 达到 180/110（依据：国家基本公共卫生服务规范（第三版））"
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        alert = make_alert(session, ward.patient.id, now=clock.now(), detail=f"{rule}\n{answered}")
        sign_in_as(client, session, ward.nurse)
    for page in ("/console/alerts/rows", "/console/home/live", f"/console/patients/{ward.patient.id}"):
        shown = client.get(page).text
        assert "患者回答：182/112；头晕" in shown and "依据：国家" not in shown
    assert "依据：国家" in client.get(f"/console/alerts/{alert.id}").text


def test_the_doctors_home_says_why_it_was_handed_over(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        doctor = make_account(session, name="陈立", role="doctor")
        alert = make_alert(session, ward.patient.id, now=clock.now())
        nurse = Actor("staff", ward.nurse.id)
        handling.hand_over(session, nurse, alert.id, doctor.id, "胸痛半小时，请决定是否转诊", clock.now())
        sign_in_as(client, session, doctor)
    assert "李敏交给：胸痛半小时，请决定是否转诊" in client.get("/console/home/live").text


def test_an_alert_nobody_took_says_so_and_to_whom_it_went(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_account(session, name="周敏", role="administrator")
        alert = make_alert(session, ward.patient.id, now=clock.now())
        alert.answer_by = alert.next_escalation_at = clock.now() - timedelta(minutes=1)
        escalate_due(session, clock.now())
        sign_in_as(client, session, ward.nurse)
    assert "前没有人接手，转给周敏" in client.get("/console/alerts/rows").text


def test_whose_turn_it_is_is_not_said_of_what_somebody_has_in_hand(
    outside: Outside, client: FlaskClient
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        alert = make_alert(session, ward.patient.id, now=clock.now())
        alert.level = 1
        sign_in_as(client, session, ward.nurse)
    assert "轮到医生" in client.get("/console/alerts/rows").text
    client.post(f"/console/alerts/{alert.id}/acknowledge")
    assert "轮到医生" not in client.get("/console/alerts/rows").text


def test_a_nurse_notes_what_she_did_and_hands_the_alert_to_the_patients_doctor(
    outside: Outside, client: FlaskClient
) -> None:
    with transaction(outside.sessions) as session:
        other = make_account(session, role="doctor", name="安医生")
        doctor = make_account(session, role="doctor", name="张伟")
        nurse = make_account(session, name="李芳")
        patient = make_patient(session, nurse_id=nurse.id, doctor_id=doctor.id)
        alert = make_alert(session, patient.id, now=clock.now())
        sign_in_as(client, session, nurse)
    url = f"/console/alerts/{alert.id}"
    client.post(f"{url}/acknowledge")
    assert client.post(f"{url}/note", data={"note": "电话没人接"}).status_code == 302
    page = client.get(url).text
    assert "电话没人接" in page
    assert page.index("张伟（责任医生）") < page.index(other.name)
    refused = client.post(f"{url}/hand-over", data={"doctor_id": doctor.id, "why": ""})
    assert (refused.status_code, "为什么交给他" in refused.text) == (422, True)
    client.post(f"{url}/hand-over", data={"doctor_id": doctor.id, "why": "请决定是否转诊"})
    assert "李芳交给：请决定是否转诊" in client.get(url).text
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, session.get_one(Account, doctor.id))
    home = client.get("/console/home/live").text
    assert "由您负责" in home and "我来处理" in home


def test_who_loses_the_race_to_resolve_is_told_so_whatever_was_written(
    outside: Outside, client: FlaskClient
) -> None:
    with transaction(outside.sessions) as session:
        first, second = make_account(session, name="李芳"), make_account(session, name="赵倩")
        alert = make_alert(session, make_patient(session).id, now=clock.now())
        handling.resolve(session, Actor("staff", first.id), alert.id, "已电话联系", clock.now(), seen=1)
        sign_in_as(client, session, second)
    for outcome in ("复测正常", "", "字" * 300):
        late = client.post(f"/console/alerts/{alert.id}/resolve", data={"outcome": outcome, "seen": "1"})
        assert (late.status_code, "这条预警已经处理完了" in late.text) == (409, True)
    assert client.post(f"/console/alerts/{alert.id}/note", data={"note": ""}).status_code == 409


def test_the_page_says_whose_hand_the_alert_is_taken_out_of(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        doctor = make_account(session, role="doctor", name="张伟")
        owner, colleague = make_account(session, name="李芳"), make_account(session, name="赵倩")
        alert = make_alert(session, make_patient(session).id, now=clock.now())
        handling.acknowledge(session, Actor("staff", owner.id), alert.id, clock.now())
        sign_in_as(client, session, colleague)
    url = f"/console/alerts/{alert.id}"
    page = client.get(url).text
    assert "现在由李芳处理" in page and "李芳的时限不变" in page
    data = {"doctor_id": doctor.id, "why": "请决定是否转诊"}
    assert client.post(f"{url}/hand-over", data=data).status_code == 409
    assert client.post(f"{url}/hand-over", data={**data, "holder": owner.id}).status_code == 302


def test_an_alert_of_somebody_without_a_card_is_shown_and_leads_to_the_talk(
    client: FlaskClient, outside: Outside
) -> None:
    """On the home page, in the list and on a page of its own: no patient row is needed for it."""
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session, name="张华"))
        make_patient_line(session, make_identity(session), "医生我胸口疼", clock.now())
        alert_id = session.scalars(select(Alert.id)).one()
        talk_id = session.scalars(select(Conversation.id)).one()
    for address in ("/console", "/console/alerts"):
        page = client.get(address, follow_redirects=True).text
        assert "没建卡的人" in page and "医生我胸口疼" in page
        assert "/console/patients/None" not in page
    page = client.get(f"/console/alerts/{alert_id}").text
    assert f"/console/inbox/{talk_id}" in page
    assert "没有姓名和电话" in page and "/console/patients/None" not in page
