"""One patient on one page: everything is there, bounded in cost, and reading it leaves a trace."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.tables import Access
from app.audit.trail import Actor
from app.console.timeline import page_of
from app.conversations import replies
from app.conversations.tables import Conversation
from app.core import clock
from app.core.db import transaction
from app.messaging.windows import note_user_act
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.followup import make_task
from tests.factories.medication import doses_of, make_regimen
from tests.factories.patients import make_card, make_patient
from tests.factories.queries import counted
from tests.factories.records import make_reading
from tests.factories.staff import make_account, sign_in_as, signed_in
from tests.factories.ward import Ward, make_ward


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳's nurse is at the console."""
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        sign_in_as(client, session, found.nurse)
    return found


def live(session: Session, ward: Ward, now: datetime) -> None:
    """Something of every kind happens to her."""
    make_card(session, ward.patient.id, activated_at=now - timedelta(days=9))
    make_alert(session, ward.patient.id, now=now - timedelta(hours=2))
    make_patient_line(session, ward.chat, "早上的药要空腹吃吗", now - timedelta(hours=1))
    note_user_act(session, ward.chat.id, "message", now, now)
    talk = session.scalars(select(Conversation.id).where(Conversation.patient_id == ward.patient.id)).one()
    replies.reply(session, Actor("staff", ward.nurse.id), talk, "饭后吃就行", "r1", now)
    regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now - timedelta(days=3))
    for dose, state in zip(doses_of(session, regimen), ("taken", "unanswered"), strict=False):
        dose.state = state
    for code, value in (("SBP", 151), ("DBP", 93)):
        make_reading(
            session,
            ward.patient.id,
            indicator=code,
            value=value,
            measured_at=now - timedelta(hours=3),
            source="page",
        )
    make_task(session, ward.patient.id, kind="call", title="电话随访", due_at=now)


def test_everything_about_a_patient_stands_on_one_page(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        live(session, ward, clock.now())
    page = client.get(f"/console/patients/{ward.patient.id}").text
    for words in (
        "王桂芳",
        "138****1001",
        "血压 182/112，伴头晕",
        "我来处理",
        "氨氯地平 5 mg",
        "已确认 1 / 应吃 2，没登记 1",
        "电话随访",
        "饭后吃就行",
        "血压 151/93",
        "患者自己记的",
        "客服消息：还可发 5 条",
        "没有随访计划",
        "还缺：",
    ):
        assert words in page, words
    assert "13800001001" not in page


def test_a_new_patient_has_a_page_without_gaps(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        nobody_yet = make_patient(session, name="陈新")
    page = client.get(f"/console/patients/{nobody_yet.id}").text
    for words in (
        "还没有读数",
        "还没有用药方案",
        "还没有发生什么",
        "还没有来往的话",
        "没有要做的事",
        "没有随访计划",
    ):
        assert words in page, words


def test_a_patient_with_a_doctor_and_no_nurse_still_asks_for_the_nurse(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        doctor = make_account(session, role="doctor")
        patient = make_patient(session, name="陈新")
    client.post(f"/console/patients/{patient.id}/doctor", data={"doctor_id": doctor.id})
    address = f"/console/patients/{patient.id}"
    assert f'action="{address}/nurse"' in client.get(address).text
    client.post(f"{address}/nurse", data={"nurse_id": ward.nurse.id})
    assert f'action="{address}/nurse"' not in client.get(address).text


def test_reading_the_page_leaves_one_trace(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    client.get(f"/console/patients/{ward.patient.id}")
    with transaction(outside.sessions) as session:
        trace = session.scalars(select(Access)).one()
        assert (trace.what, trace.actor_id, trace.patient_id) == (
            "patient_page",
            ward.nurse.id,
            ward.patient.id,
        )


def test_a_patient_who_is_not_there_is_not_found(client: FlaskClient, ward: Ward) -> None:
    assert client.get("/console/patients/nobody").status_code == 404


def test_the_front_desk_does_not_read_patients(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    signed_in(client, outside, role="front_desk")
    assert client.get(f"/console/patients/{ward.patient.id}").status_code == 403


@pytest.mark.parametrize("shown", ["3m", "1y", "10y"])
def test_ten_years_of_readings_cost_no_more_queries_than_none(
    client: FlaskClient, outside: Outside, ward: Ward, shown: str
) -> None:
    url = f"/console/patients/{ward.patient.id}?range={shown}"
    with transaction(outside.sessions) as session:
        live(session, ward, clock.now())
    with counted(outside) as few:
        client.get(url)
    now = clock.now()
    with transaction(outside.sessions) as session:
        for day in range(0, 3650, 15):
            for code, value in (("SBP", 140 + day % 30), ("DBP", 80 + day % 15)):
                make_reading(
                    session,
                    ward.patient.id,
                    indicator=code,
                    value=value,
                    measured_at=now - timedelta(days=day, hours=1),
                    source="page",
                )
    with counted(outside) as many:
        page = client.get(url).text
    assert len(many) == len(few)
    assert len(many) <= 45, "\n".join(many)
    assert "高压共" in page


def test_ten_years_are_drawn_by_the_month(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        for value, days in ((150, 400), (160, 400), (130, 3000)):
            make_reading(session, ward.patient.id, value=value, measured_at=now - timedelta(days=days))
    part = client.get(f"/console/patients/{ward.patient.id}/chart?range=10y").text
    assert "高压共 2 次，最近 155 mmHg" in part
    assert "每个点是一个月的平均" in part


def test_the_story_is_told_in_pages_without_gap_or_repeat(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        live(session, ward, now)
        for place in range(25):
            # Several things at one and the same moment, as one transaction writes them.
            at = now - timedelta(days=place // 5)
            make_alert(session, ward.patient.id, title=f"预警 {place}", now=at)
            make_reading(session, ward.patient.id, measured_at=at, source="page")
        whole = page_of(session, ward.patient.id, None, 500).items
        told, cursor = [], None
        while True:
            page = page_of(session, ward.patient.id, cursor, 7)
            told += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
    assert [each.id for each in told] == [each.id for each in whole]
    assert len({each.id for each in told}) == len(told)
    assert len(told) >= 35


def test_a_days_talk_is_one_line_of_the_story_and_hides_nothing_else(outside: Outside, ward: Ward) -> None:
    noon = clock.start_of(clock.day_of(clock.now())) - timedelta(hours=12)
    with transaction(outside.sessions) as session:
        for minute in range(12):
            make_patient_line(
                session, ward.chat, f"第{minute}句", noon + timedelta(minutes=minute), key=f"k{minute}"
            )
        make_patient_line(session, ward.chat, "昨天的话", noon - timedelta(days=1), key="before")
        make_alert(session, ward.patient.id, now=noon + timedelta(minutes=5))
        told = page_of(session, ward.patient.id, None).items
        talks = [each for each in told if each.kind == "talk"]
        assert [each.kind for each in told if each.kind in ("talk", "alert")] == ["talk", "alert", "talk"]
        assert talks[0].text.startswith("患者 12 句") and talks[0].text.endswith("患者最后说：第11句")
        assert talks[1].text.endswith("患者最后说：昨天的话")
        first = page_of(session, ward.patient.id, None, 2)
        assert [each.kind for each in first.items] == ["talk", "alert"]
        rest = page_of(session, ward.patient.id, first.next_cursor)
        assert [each.text for each in rest.items if each.kind == "talk"] == [talks[1].text]


def test_the_telephone_stands_at_the_head_of_the_page(client: FlaskClient, ward: Ward) -> None:
    page = client.get(f"/console/patients/{ward.patient.id}").text
    head, _, body = page.partition('<div class="sh-columns">')
    reveal = f'hx-post="/console/patients/{ward.patient.id}/phone"'
    assert reveal in head and reveal not in body, "once, and where a nurse in a hurry looks"


def test_the_story_begins_with_the_card(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        live(session, ward, clock.now())
        (first,) = [
            each for each in page_of(session, ward.patient.id, None, 500).items if each.kind == "card"
        ]
        assert first.title.startswith("激活服务卡：")
    assert "激活服务卡：" in client.get(f"/console/patients/{ward.patient.id}").text


def test_the_next_page_is_asked_for_by_its_place(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        for place in range(40):
            make_alert(session, ward.patient.id, title=f"预警第{place}号", now=now - timedelta(days=place))
    page = client.get(f"/console/patients/{ward.patient.id}").text
    (rest,) = (part.split('"')[0] for part in page.split('hx-get="') if "timeline?after=" in part[:120])
    older = client.get(rest.replace("&amp;", "&")).text
    assert "预警第39号" in older
    assert "预警第3号" not in older
