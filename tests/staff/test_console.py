"""Administrators look after accounts and the rota."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import read_only, transaction
from app.staff.rules.weeks import monday_of
from app.staff.tables import Account, Shift
from app.wiring import Outside
from tests.factories.staff import make_account, sign_in_as, signed_in

NEW = {"name": "张伟", "role": "doctor", "login": "zhang.wei", "password": "a long password"}


@pytest.fixture
def administrator(client: FlaskClient, outside: Outside) -> Account:
    return signed_in(client, outside, role="administrator", name="管理员")


@pytest.mark.usefixtures("administrator")
def test_a_new_account_appears_and_can_sign_in(client: FlaskClient) -> None:
    page = client.post("/console/staff", data=NEW, follow_redirects=True).text
    assert "已新建 张伟 的账号" in page and "zhang.wei" in page and "a long password" not in page
    entry = client.application.test_client().post(
        "/console/login", data={"login": "zhang.wei", "password": "a long password"}
    )
    assert entry.status_code == 302


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize(
    "change, words",
    [
        ({"password": "short"}, "密码至少 10 位"),
        ({"login": "Z"}, "登录名用 3 到 32 个"),
        ({"role": ""}, "请选择岗位"),
        ({"name": ""}, "请填写姓名"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_kept(
    client: FlaskClient, change: dict[str, str], words: str
) -> None:
    answer = client.post("/console/staff", data=NEW | change)
    assert answer.status_code == 422 and words in answer.text
    kept = next(value for key, value in NEW.items() if key in ("name", "login") and key not in change)
    assert f'value="{kept}"' in answer.text and NEW["password"] not in answer.text


@pytest.mark.usefixtures("administrator")
def test_a_double_tap_makes_one_account(client: FlaskClient, outside: Outside) -> None:
    client.post("/console/staff", data=NEW)
    assert "已经有人用了" in client.post("/console/staff", data=NEW).text
    with read_only(outside.readers) as session:
        assert len(session.scalars(select(Account).where(Account.login == "zhang.wei")).all()) == 1


@pytest.mark.usefixtures("administrator")
def test_an_ended_account_is_signed_out_at_once_and_can_come_back(
    client: FlaskClient, outside: Outside
) -> None:
    theirs = client.application.test_client()
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        sign_in_as(theirs, session, nurse)
    assert theirs.get("/console/patients").status_code == 200
    client.post(f"/console/staff/{nurse.id}/deactivate")
    assert theirs.get("/console/patients").headers["Location"] == "/console/login?next=/console/patients"
    client.post(f"/console/staff/{nurse.id}/reactivate")
    assert "停用" in client.get("/console/staff").text
    # The account is back, the old session is not.
    assert theirs.get("/console/patients").status_code == 302


def test_an_administrator_cannot_end_his_own_account(client: FlaskClient, administrator: Account) -> None:
    assert client.post(f"/console/staff/{administrator.id}/deactivate").status_code == 409
    assert client.get("/console/staff").status_code == 200


@pytest.mark.usefixtures("administrator")
def test_a_new_password_needs_ten_letters_and_signs_out(client: FlaskClient, outside: Outside) -> None:
    theirs = client.application.test_client()
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        sign_in_as(theirs, session, nurse)
    path = f"/console/staff/{nurse.id}/password"
    assert "重设李敏的密码" in client.get(path).text
    assert client.post(path, data={"password": "short"}).status_code == 422
    assert (
        "密码已重设" in client.post(path, data={"password": "another long one"}, follow_redirects=True).text
    )
    assert theirs.get("/console/patients").status_code == 302


@pytest.mark.usefixtures("administrator")
def test_an_unknown_account_is_not_found(client: FlaskClient) -> None:
    assert client.post("/console/staff/nobody/deactivate").status_code == 404
    assert client.get("/console/staff/nobody/password").status_code == 404


@pytest.mark.usefixtures("administrator")
def test_a_week_of_shifts_is_entered_repeated_and_mended(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
    week = monday_of(clock.day_of(clock.now()))
    following = week + timedelta(days=7)
    onto = {"week": following.isoformat()}
    heading = f"{following.year} 年 {following.month} 月 {following.day} 日"
    shift = {
        "account_id": nurse.id,
        "day": week.isoformat(),
        "starts": "20:00",
        "ends": "08:00",
        "week": week.isoformat(),
    }
    page = client.post("/console/shifts", data=shift, follow_redirects=True).text
    assert "20:00–08:00（次日）" in page and "<strong>李敏</strong>" in page
    again = client.post("/console/shifts", data=shift)
    assert again.status_code == 422 and "已经有班了" in again.text
    page = client.post("/console/shifts/repeat", data=onto, follow_redirects=True).text
    assert "从上周复制了 1 个班" in page and heading in page
    again_page = client.post("/console/shifts/repeat", data=onto, follow_redirects=True)
    assert "没有可以复制的班" in again_page.text
    with read_only(outside.readers) as session:
        shifts = session.scalars(select(Shift)).all()
    assert len(shifts) == 2
    client.post(f"/console/shifts/{shifts[0].id}/remove", data={"week": week.isoformat()})
    assert "20:00–08:00" not in client.get(f"/console/shifts?week={week + timedelta(days=2)}").text


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize(
    "change, words",
    [
        ({"account_id": ""}, "请选择一位同事"),
        ({"day": "tomorrow"}, "请选择日期"),
        ({"day": "9999-12-31", "ends": "08:00"}, "请核对年份"),
        ({"day": "0001-01-01"}, "请核对年份"),
        ({"starts": "8"}, "请填上班时间"),
    ],
)
def test_a_shift_that_cannot_be_read_is_told(client: FlaskClient, change: dict[str, str], words: str) -> None:
    shift = {
        "account_id": "x",
        "day": clock.day_of(clock.now()).isoformat(),
        "starts": "08:00",
        "ends": "17:00",
    } | change
    answer = client.post("/console/shifts", data=shift)
    assert answer.status_code == 422 and words in answer.text
