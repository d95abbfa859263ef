"""Staff find a message, read its life in plain words, and enter the account's templates."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access, Change
from app.core import clock
from app.core.db import read_only, transaction
from app.messaging import delivery, outbox, templates
from app.messaging.rules.retry import Next
from app.messaging.tables import Attempt, Message, Template
from app.wiring import Outside
from tests.factories.messaging import make_message, make_templates
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account, sign_in_as


@pytest.fixture
def nurse(client: FlaskClient, outside: Outside) -> FlaskClient:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session, role="nurse"))
    return client


@pytest.fixture
def administrator(client: FlaskClient, outside: Outside) -> FlaskClient:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session, role="administrator"))
        make_templates(session, clock.now())
    return client


def owe(outside: Outside, change: Callable[[Message], None] = lambda message: None) -> str:
    """A reminder to 王秀兰, changed as told; its id."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        message = make_message(session, now, patient_id=make_patient(session).id)
        change(message)
        return message.id


def test_what_did_not_arrive_comes_first(nurse: FlaskClient, outside: Outside) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        lost = make_message(session, now, patient_id=make_patient(session, name="王秀兰").id)
        delivery.fail(session, lost, "failed", "没有能到达的方式：患者没有关注服务号", now)
        make_message(session, now, patient_id=make_patient(session, name="李建国").id)
    page = nurse.get("/console/messages").text
    assert "王秀兰" in page and "患者没有关注服务号" in page
    assert "李建国" not in page


def test_a_greeting_from_before_the_card_carries_the_name_that_is_known_since(
    nurse: FlaskClient, outside: Outside
) -> None:
    with transaction(outside.sessions) as session:
        stranger = make_identity(session)
        known = make_identity(session, make_patient(session, name="王桂芳").id)
        for identity in (stranger, known):
            make_message(session, clock.now(), purpose="welcome", identity_id=identity.id)
    page = nurse.get("/console/messages?group=waiting").text
    assert page.count("王桂芳") == 1
    assert page.count("还没有开卡的关注者") == 1


def test_what_waits_says_for_how_long(nurse: FlaskClient, outside: Outside) -> None:
    owe(outside, lambda message: setattr(message, "due_at", clock.now() - timedelta(minutes=5)))
    page = nurse.get("/console/messages?group=waiting").text
    assert "已等 5 分钟" in page


def test_a_messages_life_is_told_in_order_and_the_reading_is_noted(
    nurse: FlaskClient, outside: Outside
) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        chat = make_identity(session, patient.id)
        message = make_message(session, now, patient_id=patient.id)
        first = outbox.start(message, "mp_subscribe", chat, now, now)
        first.ended_at, first.outcome, first.errcode, first.rid = now, "next_lane", 43101, "a-b-c"
        second = outbox.start(message, "oa_template", chat, now, now + timedelta(seconds=1))
        second.ended_at, second.outcome = now + timedelta(seconds=1), "accepted"
        session.add_all([first, second])
        outbox.accepted(message, "340000001", now + timedelta(seconds=1))
        delivery.arrived(session, message, "微信已送到患者手机", now + timedelta(seconds=2))
        message_id, patient_id = message.id, patient.id
    page = nurse.get(f"/console/messages/{message_id}").text
    told = [
        "送达",
        "服务号模板消息：微信收下了",
        "小程序订阅消息：这种方式走不通，换下一种",
        "系统按安排生成",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "微信代码 43101" in page and "a-b-c" in page
    with read_only(outside.readers) as session:
        assert session.scalars(select(Access.patient_id).where(Access.what == "message")).all() == [
            patient_id
        ]


def test_an_uncertain_message_says_what_to_do(nurse: FlaskClient, outside: Outside) -> None:
    def uncertain(message: Message) -> None:
        message.state, message.finished_at = "unknown", clock.now()

    page = nurse.get(f"/console/messages/{owe(outside, uncertain)}").text
    assert "打电话确认" in page


def test_every_outcome_and_state_has_words(nurse: FlaskClient, outside: Outside) -> None:
    outcomes = [None, "accepted", *(each.value for each in Next)]
    message_id = owe(outside)
    with transaction(outside.sessions) as session:
        for outcome in [*outcomes, "lost", "not_called"]:
            session.add(
                Attempt(message_id=message_id, lane="oa_custom", started_at=clock.now(), outcome=outcome)
            )
    for state in ("queued", "sending", "accepted", "delivered", "refused", "failed", "expired", "unknown"):
        with transaction(outside.sessions) as session:
            message = session.get_one(Message, message_id)
            message.state, message.reason, message.finished_at = state, "为什么", clock.now()
        assert nurse.get(f"/console/messages/{message_id}").status_code == 200


def test_older_messages_are_on_the_next_page(nurse: FlaskClient, outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        for _ in range(51):
            make_message(session, now, patient_id=make_patient(session).id)
    page = nurse.get("/console/messages?group=waiting").text
    assert "更早的消息" in page
    link = page.split('href="/console/messages?group=waiting&amp;after=')[1].split('"')[0]
    older = nurse.get(f"/console/messages?group=waiting&after={link}").text
    assert older.count("/console/messages/0") == 1


@pytest.mark.parametrize("path", ["/console/messages?group=nonsense", "/console/messages/0000"])
def test_what_is_not_there_is_not_found(nurse: FlaskClient, path: str) -> None:
    assert nurse.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/console/messages", "/console/templates"])
def test_the_front_desk_sees_neither(client: FlaskClient, outside: Outside, path: str) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session, role="front_desk"))
    assert client.get(path).status_code == 403


def template(outside: Outside, purpose: str = "followup_due") -> Template:
    with read_only(outside.readers) as session:
        return session.scalars(
            select(Template).where(Template.purpose == purpose, Template.lane == "oa_template")
        ).one()


def test_an_administrator_enters_the_accounts_own_template(
    administrator: FlaskClient, outside: Outside
) -> None:
    row = template(outside)
    form = {
        "wechat_template_id": " ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY ",
        "content": "{{first.DATA}}\n项目：{{thing4.DATA}}\n日期：{{time9.DATA}}\n{{remark.DATA}}",
        "key.thing4": "what",
        "key.time9": "when",
    }
    answer = administrator.post(f"/console/templates/{row.id}", data=form)
    assert answer.status_code == 302
    kept = template(outside)
    assert kept.wechat_template_id == "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
    assert (kept.keys, kept.active) == ({"thing4": "what", "time9": "when"}, True)
    with read_only(outside.readers) as session:
        assert session.scalars(select(Change.action).where(Change.subject == "template")).all() == ["edited"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"content": "没有字段"}, "没有 {{…DATA}} 字段"),
        ({"key.thing4": ""}, "请为 thing4 选择"),
        ({"key.thing4": "phone"}, "请为 thing4 选择"),
        ({"wechat_template_id": "模板编号"}, "模板编号不对"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_typed_is_lost(
    administrator: FlaskClient, outside: Outside, changes: dict[str, str], words: str
) -> None:
    row = template(outside)
    form = {
        "wechat_template_id": "abc123",
        "content": "项目：{{thing4.DATA}}",
        "key.thing4": "what",
    } | changes
    answer = administrator.post(f"/console/templates/{row.id}", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form["wechat_template_id"] in answer.text
    assert template(outside).keys == row.keys


def test_a_template_without_an_id_is_switched_off(administrator: FlaskClient, outside: Outside) -> None:
    row = template(outside)
    form = {"wechat_template_id": "", "content": row.content} | {f"key.{k}": v for k, v in row.keys.items()}
    administrator.post(f"/console/templates/{row.id}", data=form)
    assert template(outside).active is False
    page = administrator.get("/console/templates").text
    assert "有 1 种提醒还没有填模板编号" in page


def test_the_seeds_bring_no_demo_ids_and_keep_what_was_entered(outside: Outside, now: datetime) -> None:
    from app.seeding import SEEDS

    with transaction(outside.sessions) as session:
        templates.load_seeds(session, SEEDS, now)
        rows = session.scalars(select(Template)).all()
        assert {(row.wechat_template_id, row.active) for row in rows} == {("", False)}
        rows[0].wechat_template_id, rows[0].active = "own", True
        session.flush()
        templates.load_seeds(session, SEEDS, now)
        assert session.get_one(Template, rows[0].id).wechat_template_id == "own"
        assert len(session.scalars(select(Template)).all()) == len(rows)


def test_the_preview_shows_what_the_phone_will(administrator: FlaskClient, outside: Outside) -> None:
    page = administrator.get(f"/console/templates/{template(outside).id}").text
    assert "责任护士" in page and "李芳护士" in page
