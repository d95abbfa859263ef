"""Dangerous words alert somebody and are answered at once; denied ones are not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts import handling
from app.alerts.escalation import escalate_due
from app.alerts.reads import alerts_of, before, counts, open_alerts
from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.conversations.danger import alarm_for_known
from app.conversations.queue import queue
from app.conversations.replies import reply, resolve
from app.conversations.tables import Conversation, Line
from app.core.db import transaction
from app.messaging.tables import Message
from app.messaging.windows import note_user_act
from app.questionnaires import advice
from app.seeding import SEEDS
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity
from tests.factories.staff import make_account, make_shift
from tests.factories.ward import make_ward


@pytest.fixture
def session(outside: Outside, now: datetime) -> Iterator[Session]:
    """A transaction in a hospital with its approved texts and a nurse on duty."""
    with transaction(outside.sessions) as opened:
        advice.load_seeds(opened, SEEDS, now)
        make_shift(opened, make_account(opened, name="张华").id, starts_at=now - timedelta(hours=1), hours=20)
        yield opened


def count(session: Session, kind: type) -> int | None:
    return session.scalar(select(func.count()).select_from(kind))


def test_dangerous_words_alert_and_are_answered_with_the_approved_text(
    session: Session, now: datetime
) -> None:
    make_patient_line(session, make_ward(session).chat, "今天胸口痛得厉害", now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.reason, alert.urgency, alert.title) == ("red_flag_words", "critical", "患者提到胸痛")
    message = session.scalars(select(Message).where(Message.purpose == "advice")).one()
    assert message.text is not None and "拨打 120" in message.text
    answer = session.scalars(select(Line).where(Line.author_kind == "system")).one()
    assert (answer.body, answer.message_id) == (message.text, message.id)


@pytest.mark.parametrize("words", ["今天没有胸痛，就是问问药", "不头晕了，谢谢", "血压 128/82"])
def test_denied_or_harmless_words_alert_nobody(session: Session, now: datetime, words: str) -> None:
    make_patient_line(session, make_ward(session).chat, words, now)
    assert count(session, Alert) == 0
    assert session.scalars(select(Conversation.red_flag)).one() is None


def test_frightened_lines_are_one_alert_and_one_answer(session: Session, now: datetime) -> None:
    chat = make_ward(session).chat
    for place in range(3):
        make_patient_line(session, chat, "胸口痛", now + timedelta(seconds=place))
    assert count(session, Alert) == 1
    assert session.scalar(select(func.count()).where(Message.purpose == "advice")) == 1


def test_a_later_waiting_is_another_alert(session: Session, now: datetime) -> None:
    chat = make_ward(session).chat
    make_patient_line(session, chat, "胸口痛", now)
    make_patient_line(session, chat, "又胸口痛了", now + timedelta(hours=5))
    assert count(session, Alert) == 2


def test_somebody_without_a_card_is_told_only_what_is_true(session: Session, now: datetime) -> None:
    """Nobody can telephone a person without a name: 120 and the hospital's telephone are what there is."""
    make_patient_line(session, make_identity(session), "喘不上气", now)
    said = session.scalars(select(Message.text).where(Message.purpose == "advice")).one()
    assert said is not None
    assert all(words in said for words in ("拨打 120", "还不认识您", "医院电话", "12356"))
    assert "已经提醒" not in said and "联系您" not in said


def test_the_danger_of_somebody_without_a_card_is_an_alert_like_any_other(
    session: Session, now: datetime
) -> None:
    """With an owner, a time, and the words; it climbs while nobody takes it."""
    doctor = make_account(session, name="周敏", role="doctor")
    chat = make_identity(session)
    for place in range(2):
        make_patient_line(session, chat, "医生我胸口疼", now + timedelta(seconds=place))
    (row,) = open_alerts(session, now)
    assert (row.patient_name, row.alert.title, row.owner_name) == ("没建卡的人", "患者提到胸痛", "张华")
    assert (row.alert.urgency, row.due, row.said) == (
        "critical",
        now + timedelta(minutes=15),
        ("医生我胸口疼",),
    )
    assert counts(session).critical == 1
    escalate_due(session, now + timedelta(minutes=16))
    assert row.alert.owner_id == doctor.id


def test_whose_wechat_it_is_becomes_known_and_the_alert_is_the_patients(
    session: Session, now: datetime
) -> None:
    ward, chat = make_ward(session), make_identity(session)
    make_patient_line(session, chat, "我胸口疼", now)
    chat.patient_id = ward.patient.id
    alarm_for_known(session, chat.id, ward.patient.id, now)
    make_patient_line(session, chat, "还是胸口疼", now + timedelta(minutes=1))
    (row,) = alerts_of(session, ward.patient.id, now)
    assert (row.patient_name, row.said) == ("王桂芳", ("还是胸口疼", "我胸口疼"))
    assert count(session, Alert) == 1


def test_another_strangers_alerts_are_not_shown_beside_it(session: Session, now: datetime) -> None:
    for words in ("我胸口疼", "喘不上气"):
        make_patient_line(session, make_identity(session), words, now)
    first, second = (row.alert for row in open_alerts(session, now))
    assert before(session, first, now) == before(session, second, now) == []


def test_whoever_owns_it_gets_a_card_that_says_so(session: Session, now: datetime) -> None:
    nurse = session.scalars(select(Account)).one()
    nurse.oa_openid = "oNurse"
    make_patient_line(session, make_identity(session), "胸口痛得厉害", now)
    card = session.scalars(select(Message).where(Message.purpose == "alert_staff")).one()
    assert (card.staff_id, card.fields["what"]) == (nurse.id, "没建卡的人：患者提到胸痛")


def test_a_text_that_was_never_loaded_costs_no_line(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, make_ward(session).chat, "胸口痛", now)
        assert count(session, Alert) == 1
        said = session.scalars(select(Line.body).where(Line.author_kind == "system")).one()
        assert "120" in said


def test_every_danger_of_a_talk_is_told_with_the_words_and_the_gravest_stays_marked(
    session: Session, now: datetime
) -> None:
    chat = make_ward(session).chat
    make_patient_line(session, chat, "胸口疼得厉害", now)
    make_patient_line(session, chat, "血压 182/112", now + timedelta(minutes=1))
    (row,) = open_alerts(session, now)
    assert row.alert.title.startswith("患者提到胸痛；患者说血压")
    assert row.said == ("血压 182/112", "胸口疼得厉害")
    assert session.scalars(select(Conversation.red_flag)).one() == "chest_pain"


def test_one_line_may_speak_of_two_dangers(session: Session, now: datetime) -> None:
    make_patient_line(session, make_ward(session).chat, "胸口疼，血压 190/120", now)
    (row,) = open_alerts(session, now)
    assert row.alert.title.startswith("患者提到胸痛；患者说血压")
    assert row.said == ("胸口疼，血压 190/120",)


def test_a_new_danger_in_the_same_waiting_asks_anew_whoever_had_the_old_one(
    session: Session, now: datetime
) -> None:
    chat, nurse = make_ward(session).chat, make_account(session)
    make_patient_line(session, chat, "胸口疼", now)
    alert = session.scalars(select(Alert)).one()
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, now)
    make_patient_line(session, chat, "左边手脚没劲", now + timedelta(minutes=30))
    assert (alert.state, counts(session).critical) == ("open", 1)
    assert alert.answer_by == now + timedelta(minutes=45)


def test_a_reply_leaves_the_red_mark_until_the_alert_is_resolved(session: Session, now: datetime) -> None:
    ward = make_ward(session)
    make_patient_line(session, ward.chat, "胸口疼", now)
    note_user_act(session, ward.chat.id, "message", now, now)
    talk, alert = session.scalars(select(Conversation)).one(), session.scalars(select(Alert)).one()
    actor = Actor("staff", ward.nurse.id)
    reply(session, actor, talk.id, "请马上打 120。", "request-1", now)
    assert (talk.red_flag, talk.waiting_since, talk.danger_since) == ("chest_pain", None, None)
    handling.resolve(session, actor, alert.id, "已送急诊", now, seen=1)
    assert talk.red_flag is None


def test_a_strangers_talk_stays_red_until_the_alert_is_resolved_too(session: Session, now: datetime) -> None:
    ward, chat = make_ward(session), make_identity(session)
    make_patient_line(session, chat, "喘不上气", now)
    note_user_act(session, chat.id, "message", now, now)
    talk, alert = session.scalars(select(Conversation)).one(), session.scalars(select(Alert)).one()
    actor = Actor("staff", ward.nurse.id)
    reply(session, actor, talk.id, "请马上打 120。您在哪里？", "request-1", now)
    assert talk.red_flag == "breathing"
    handling.resolve(session, actor, alert.id, "家属已打 120", now, seen=1)
    assert talk.red_flag is None


def test_closing_a_talk_does_not_hide_an_alert_that_stands(session: Session, now: datetime) -> None:
    ward = make_ward(session)
    make_patient_line(session, ward.chat, "胸口疼", now)
    talk = session.scalars(select(Conversation)).one()
    resolve(session, Actor("staff", ward.nurse.id), talk.id, "已电话联系", "request-1", now)
    assert (talk.state, talk.red_flag) == ("resolved", "chest_pain")


def test_a_line_of_danger_waits_since_itself(session: Session, now: datetime) -> None:
    ward = make_ward(session)
    make_patient_line(session, ward.chat, "药吃完了怎么办", now)
    make_patient_line(session, ward.chat, "胸口疼", now + timedelta(minutes=40))
    (row,) = queue(session, "waiting", ward.nurse.id, now + timedelta(minutes=42))
    assert row.waiting == timedelta(minutes=2)


def test_the_safety_text_is_said_again_when_the_danger_comes_back_much_later(
    session: Session, now: datetime
) -> None:
    chat = make_ward(session).chat
    for hours in (0, 1, 6):
        make_patient_line(session, chat, "胸口痛", now + timedelta(hours=hours))
    assert session.scalar(select(func.count()).where(Message.purpose == "advice")) == 2


@pytest.mark.parametrize("hours", [0, 13])
def test_whatever_somebody_with_a_pressing_alert_writes_is_urgent(
    session: Session, now: datetime, hours: int
) -> None:
    """By day and by night: nobody is told an hour while an alert says that somebody has to look now."""
    ward = make_ward(session)
    make_alert(session, ward.patient.id, urgency="critical", now=now)
    make_patient_line(session, ward.chat, "你们在吗", now + timedelta(hours=hours), answered=False)
    (row,) = queue(session, "waiting", ward.nurse.id, now + timedelta(hours=hours))
    assert row.red_flag == "紧急预警还没处理完，患者又来信"
    (said,) = session.scalars(select(Line.body).where(Line.author_kind == "system"))
    assert "已经标成紧急" in said and "120" in said and "前回复" not in said
    assert count(session, Alert) == 1


def test_urgent_lines_are_acknowledged_once_and_the_answer_ends_the_mark(
    session: Session, now: datetime
) -> None:
    ward = make_ward(session)
    make_alert(session, ward.patient.id, urgency="critical", now=now)
    for minutes in (0, 5):
        make_patient_line(session, ward.chat, "在吗", now + timedelta(minutes=minutes), answered=False)
    assert session.scalar(select(func.count()).where(Line.author_kind == "system")) == 1
    note_user_act(session, ward.chat.id, "message", now, now)
    talk = session.scalars(select(Conversation)).one()
    reply(session, Actor("staff", ward.nurse.id), talk.id, "我马上打给您。", "request-1", now)
    assert talk.red_flag is None


def test_an_alert_that_can_wait_makes_no_line_urgent(session: Session, now: datetime) -> None:
    ward = make_ward(session)
    make_alert(session, ward.patient.id, urgency="normal", now=now)
    make_patient_line(session, ward.chat, "在吗", now, answered=False)
    assert session.scalars(select(Conversation.red_flag)).one() is None
