"""Administrators read the trail."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.audit.trail import Actor, record_change, record_read
from app.core.db import transaction
from app.wiring import Outside
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, signed_in


@pytest.fixture
def ward(client: FlaskClient, outside: Outside, now: datetime) -> dict[str, str]:
    signed_in(client, outside, role="administrator", name="管理员")
    with transaction(outside.sessions) as session:
        wang, chen = make_patient(session, name="王桂芳"), make_patient(session, name="陈志强")
        li, zhang = make_account(session, name="李敏"), make_account(session, role="doctor", name="张伟")
        record_read(session, Actor("staff", li.id, "req-1234567890"), wang.id, "patient_page", now)
        record_read(session, Actor("staff", zhang.id), chen.id, "phone_revealed", now)
        record_change(
            session, Actor("staff", zhang.id), "patient", chen.id, "updated", now, patient_id=chen.id
        )
        record_read(session, Actor("staff", "gone"), chen.id, "newest_page", now + timedelta(hours=1))
        return {"wang": wang.id, "chen": chen.id, "li": li.id, "zhang": zhang.id}


def test_reads_and_changes_are_told_in_words(client: FlaskClient, ward: dict[str, str]) -> None:
    reads = client.get("/console/audit").text
    assert (
        "李敏（护士）" in reads
        and "看了患者页" in reads
        and "看了完整手机号" in reads
        and "34567890" in reads
    )
    assert "修改 患者" not in reads
    changes = client.get("/console/audit?kind=changes").text
    assert "修改 患者" in changes and "张伟（医生）" in changes and "看了患者页" not in changes


def test_nothing_of_the_trail_disappears_for_want_of_words(client: FlaskClient, ward: dict[str, str]) -> None:
    page = client.get("/console/audit").text
    assert "newest_page" in page and "已删除的账号" in page
    assert page.index("newest_page") < page.index("看了患者页")


def test_the_trail_is_narrowed_by_patient_and_by_person(client: FlaskClient, ward: dict[str, str]) -> None:
    page = client.get(f"/console/audit?patient={ward['wang']}").text
    assert "看了患者页" in page and "看了完整手机号" not in page and "只看患者 <strong>王桂芳" in page
    page = client.get(f"/console/audit?staff={ward['zhang']}").text
    assert "看了完整手机号" in page and "看了患者页" not in page
    page = client.get(f"/console/audit?staff={ward['zhang']}&patient={ward['wang']}").text
    assert "没有记录" in page


def test_the_trail_comes_page_by_page(
    client: FlaskClient, outside: Outside, ward: dict[str, str], now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        for minute in range(60):
            actor = Actor("staff", ward["li"], f"request-{minute:04d}")
            record_read(session, actor, ward["wang"], "archive", now + timedelta(days=1, minutes=minute))
    first = client.get(f"/console/audit?patient={ward['wang']}").text
    assert first.count("看了健康档案") == 50 and "看了患者页" not in first
    link = first.split("after=")[1].split('"')[0]
    second = client.get(f"/console/audit?patient={ward['wang']}&after={link}").text
    assert second.count("看了健康档案") == 10 and "看了患者页" in second


def test_an_unknown_cursor_starts_from_the_newest(client: FlaskClient, ward: dict[str, str]) -> None:
    assert "newest_page" in client.get("/console/audit?after=nonsense").text
