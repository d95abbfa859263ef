"""What a person of seventy writes into the chat: danger is heard, everything is answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.conversations.happened import happened as conversations_happened
from app.conversations.reads import lines
from app.conversations.replies import reply
from app.conversations.tables import Conversation
from app.core.db import transaction
from app.core.ids import new_id
from app.messaging.happened import happened as messages_happened
from app.messaging.tables import Message
from app.questionnaires import advice
from app.questionnaires.drafts import answers_of
from app.questionnaires.tables import Response
from app.records.tables import Reading
from app.seeding import SEEDS
from app.wechat.inbound import PatientMedia, PatientText
from app.wiring import Outside
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.medication import doses_of, make_regimen
from tests.factories.questionnaires import make_draft, make_form
from tests.factories.staff import make_shift
from tests.factories.ward import Ward, make_ward


@pytest.fixture
def session(outside: Outside, now: datetime) -> Iterator[Session]:
    """A transaction in a hospital with its approved texts."""
    with transaction(outside.sessions) as opened:
        advice.load_seeds(opened, SEEDS, now)
        yield opened


@pytest.fixture
def ward(session: Session, now: datetime) -> Ward:
    """王桂芳 and her nurse, who is on duty."""
    found = make_ward(session)
    make_shift(session, found.nurse.id, starts_at=now - timedelta(hours=1), hours=20)
    return found


def write(session: Session, ward: Ward, words: str, now: datetime) -> None:
    message = PatientText(openid=ward.chat.openid, at=now, text=words, option=None)
    arrived = Arrived(ward.chat.app_id, ward.chat.app_kind, new_id(), message, Fetched(), "secret", now)
    assert dispatch(session, arrived, now)
    session.flush()


def told(session: Session) -> list[str]:
    """What the patient was sent, in order."""
    return [
        text or "" for text in session.scalars(select(Message.text).order_by(Message.created_at, Message.id))
    ]


DANGERS = [
    ("高压200", "患者说血压 高压 200"),
    ("血压205", "患者说血压 高压 205"),
    ("上压190 下压120", "患者说血压 190/120"),
    ("一百九 一百二", "患者说血压 190/120"),
    ("190、110", "患者说血压 190/110"),
    ("低压125", "患者说血压 低压 125"),
    ("高压一百八", "患者说血压 高压 180"),
    ("高压185", "患者说血压 高压 185"),
    ("血压一百八十五", "患者说血压 高压 185"),
    ("眼前发黑，站不住", "患者提到昏倒、要晕倒或意识不清"),
    ("胸闷得慌，出汗", "患者提到胸闷、心慌或出冷汗"),
    ("我吃了十片药", "患者可能吃药过量或吃错药"),
    ("脉搏40", "患者说脉搏 40"),
]


@pytest.mark.parametrize(("words", "title"), DANGERS)
def test_danger_without_a_form_alerts_and_is_answered(
    session: Session, ward: Ward, now: datetime, words: str, title: str
) -> None:
    write(session, ward, words, now)
    alert = session.scalars(select(Alert)).one()
    assert (alert.urgency, alert.title) == ("critical", title)
    assert any("120" in text for text in told(session))


@pytest.mark.parametrize("words", [*(words for words, _ in DANGERS), "185", "一百八十五"])
def test_danger_with_a_form_open_alerts_once(session: Session, ward: Ward, now: datetime, words: str) -> None:
    make_form(session)
    advice.load_seeds(session, SEEDS, now)
    make_draft(session, ward.patient.id)
    write(session, ward, words, now)
    alert = session.scalars(select(Alert)).one()
    assert alert.urgency == "critical"
    assert len(told(session)) <= 3


@pytest.mark.parametrize("with_form", [True, False])
@pytest.mark.parametrize(
    "words",
    ["高压一百三", "没有一百九", "我老伴以前190", "高压180算高吗", "吃了两片药", "脉搏72", "没有胸闷"],
)
def test_near_misses_alert_nobody(
    session: Session, ward: Ward, now: datetime, words: str, with_form: bool
) -> None:
    if with_form:
        make_form(session)
        make_draft(session, ward.patient.id)
    write(session, ward, words, now)
    assert session.scalars(select(Alert)).all() == []


def open_form(session: Session, ward: Ward, now: datetime) -> Response:
    make_form(session)
    advice.load_seeds(session, SEEDS, now)
    return make_draft(session, ward.patient.id)


def talk(session: Session) -> list[tuple[str, str]]:
    """The whole talk as a nurse sees it, in order: (who, text)."""
    return [(line.who, line.text) for line in lines(session, session.scalars(select(Conversation.id)).one())]


@pytest.mark.parametrize("words", ["没有", "有点", "一", "8", "好的", "在吗", "我想问一下药的事"])
def test_a_line_that_nobody_understands_gets_a_receipt_with_an_honest_time(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    write(session, ward, words, now)
    (said,) = told(session)
    assert said.startswith("收到您的话了，护士会看到，尽量在今天 17:30 前回复您")


def test_the_receipt_comes_once_an_hour(session: Session, ward: Ward, now: datetime) -> None:
    for minutes in (0, 5, 59):
        write(session, ward, "在吗", now + timedelta(minutes=minutes))
    assert len(told(session)) == 1
    write(session, ward, "在吗", now + timedelta(minutes=61))
    assert len(told(session)) == 2


def test_a_nurse_in_the_talk_is_not_talked_over(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "在吗", now)
    nurse = Actor("staff", ward.nurse.id)
    chat_id = session.scalars(select(Conversation.id)).one()
    reply(session, nurse, chat_id, "在的，您说", "request-0001", now + timedelta(minutes=50))
    write(session, ward, "药要空腹吃吗", now + timedelta(minutes=65))
    assert len(told(session)) == 2


def test_a_picture_gets_its_own_receipt(session: Session, ward: Ward, now: datetime) -> None:
    message = PatientMedia(openid=ward.chat.openid, at=now, kind="image", media_id="media-1")
    arrived = Arrived(ward.chat.app_id, "oa", new_id(), message, Fetched(media_path="a.png"), "secret", now)
    dispatch(session, arrived, now)
    (said,) = told(session)
    assert said.startswith("收到您发的图片了")


def test_without_a_rota_the_office_hours_say_when(session: Session, now: datetime) -> None:
    write(session, make_ward(session), "在吗", now)
    assert "尽量在今天 17:30 前" in told(session)[0]


@pytest.mark.parametrize("words", ["有点", "好的", "9", "还行"])
def test_a_try_at_the_forms_question_is_asked_again(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    draft = open_form(session, ward, now)
    write(session, ward, "138/86", now)
    write(session, ward, words, now + timedelta(minutes=1))
    said = told(session)
    assert len(said) == 2
    assert "题目 symptoms" in said[1]
    assert "1 没有不舒服" in said[1]
    assert session.scalars(select(Conversation.waiting_since)).one() is None
    assert draft.chat_at == "symptoms"


def test_a_question_to_the_nurse_in_the_middle_of_a_form_goes_to_her(
    session: Session, ward: Ward, now: datetime
) -> None:
    open_form(session, ward, now)
    write(session, ward, "138/86", now)
    write(session, ward, "护士，这个药饭前吃吗", now + timedelta(minutes=1))
    assert told(session)[1].startswith("收到您的话了")
    assert session.scalars(select(Conversation.waiting_since)).one() is not None


def test_one_in_chinese_is_option_one(session: Session, ward: Ward, now: datetime) -> None:
    draft = open_form(session, ward, now)
    write(session, ward, "138/86", now)
    write(session, ward, "一", now + timedelta(minutes=1))
    assert answers_of(session, draft.id)["symptoms"] == ["none"]


@pytest.mark.parametrize("words", ["吃了", "药吃了", "已经吃过了。", "早上的药吃了"])
def test_taken_is_recorded_where_one_dose_is_open(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
    write(session, ward, words, dose.due_at + timedelta(minutes=20))
    assert dose.state == "taken"
    (said,) = told(session)
    assert "记下了：今天 08:00 的氨氯地平 5 mg 吃过了" in said
    assert session.scalars(select(Message.link)).one() == "/h5/medication"


@pytest.mark.parametrize("words", ["吃了吗", "吃了十个饺子", "没吃了", "不吃了", "吃了头晕"])
def test_other_words_of_eating_record_nothing(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
    write(session, ward, words, dose.due_at + timedelta(minutes=20))
    assert dose.state == "planned"


def test_which_of_two_doses_is_asked_and_not_guessed(session: Session, ward: Ward, now: datetime) -> None:
    for drug in ("氨氯地平", "缬沙坦"):
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now, drug=drug)
    dose = doses_of(session, regimen)[0]
    write(session, ward, "吃了", dose.due_at + timedelta(minutes=20))
    assert dose.state == "planned"
    assert "不知道您说的是哪一次" in told(session)[0]


def test_taken_with_no_dose_open_is_for_the_nurse(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "吃了", now)
    assert told(session)[0].startswith("收到")


def chart(session: Session, ward: Ward) -> dict[str, float]:
    rows = session.scalars(select(Reading).where(Reading.patient_id == ward.patient.id))
    return {row.indicator: row.value for row in rows if row.source == "told"}


@pytest.mark.parametrize("words", ["138/86", "今天血压一百三十八 八十六", "高压138低压86", "138、86"])
def test_a_pressure_without_a_form_is_on_the_chart_when_it_is_confirmed(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    write(session, ward, words, now)
    assert chart(session, ward) == {}
    assert "您现在的血压是 138/86，对吗" in told(session)[0]
    for minutes in (1, 2):
        write(session, ward, "对", now + timedelta(minutes=minutes))
    assert chart(session, ward) == {"SBP": 138.0, "DBP": 86.0}
    assert "血压 138/86 记下了" in told(session)[1]


def test_what_is_not_confirmed_stays_out(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "138/86", now)
    write(session, ward, "对", now + timedelta(minutes=11))
    write(session, ward, "不对", now + timedelta(minutes=12))
    assert chart(session, ward) == {}


def test_a_pressure_alone_waits_for_nobody(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "138/86", now)
    assert session.scalars(select(Conversation.waiting_since)).one() is None


def test_a_dangerous_one_is_on_the_chart_and_one_alert(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "182/112", now)
    assert session.scalars(select(Alert.title)).all() == ["患者说血压 182/112"]
    assert len(told(session)) == 2
    write(session, ward, "对", now + timedelta(minutes=1))
    assert chart(session, ward) == {"SBP": 182.0, "DBP": 112.0}
    assert len(session.scalars(select(Alert)).all()) == 1


def test_two_halves_are_one_reading(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "高压150", now)
    assert told(session) == ["高压 150 听到了，低压是多少？请再发一下，我就记下来。"]
    write(session, ward, "90", now + timedelta(minutes=1))
    write(session, ward, "对的", now + timedelta(minutes=2))
    assert chart(session, ward) == {"SBP": 150.0, "DBP": 90.0}


def test_two_halves_can_be_a_danger(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "高压150", now)
    write(session, ward, "115", now + timedelta(minutes=1))
    assert session.scalars(select(Alert.title)).all() == ["患者说血压 150/115"]


@pytest.mark.parametrize(
    "words", ["我老伴今天早上量的血压138/86", "血压130/80正常吗？", "去年住院时血压190/120，现在好多了"]
)
def test_with_a_form_open_it_is_a_line_for_the_nurse_and_no_answer(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    draft = open_form(session, ward, now)
    write(session, ward, words, now)
    assert answers_of(session, draft.id) == {}
    assert session.scalars(select(Alert)).all() == []
    assert session.scalars(select(Conversation.waiting_since)).one() is not None


def test_with_a_form_open_another_persons_danger_still_alarms(
    session: Session, ward: Ward, now: datetime
) -> None:
    draft = open_form(session, ward, now)
    write(session, ward, "我老伴现在血压190/120", now)
    assert answers_of(session, draft.id) == {}
    assert session.scalars(select(Alert.title)).all() == ["患者说血压 190/120"]


@pytest.mark.parametrize("words", ["我老伴138/86", "138/86算高吗", "以前138/86", "90", "如果138/86呢"])
def test_what_is_not_her_own_of_now_is_not_on_the_chart(
    session: Session, ward: Ward, now: datetime, words: str
) -> None:
    write(session, ward, words, now)
    assert chart(session, ward) == {}


def test_a_pressure_with_other_words_is_kept_and_read(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "138/86，药快吃完了", now)
    assert session.scalars(select(Conversation.waiting_since)).one() is not None
    assert len(told(session)) == 1


def test_the_whole_talk_stands_in_order_with_the_robots_lines(
    session: Session, ward: Ward, now: datetime
) -> None:
    open_form(session, ward, now)
    write(session, ward, "一百四 九十", now)
    write(session, ward, "头有点晕", now + timedelta(minutes=1))
    said = talk(session)
    assert [who for who, _ in said] == ["patient", "system", "patient", "system"]
    assert [text for who, text in said if who == "patient"] == ["一百四 九十", "头有点晕"]
    assert "记下了：140/90" in said[1][1]


def test_advice_of_a_form_stands_in_the_talk_once(session: Session, ward: Ward, now: datetime) -> None:
    open_form(session, ward, now)
    write(session, ward, "182/112", now)
    assert [text for who, text in talk(session) if who == "system" and "120" in text]
    assert len(talk(session)) == 2


def test_the_timeline_tells_each_once(session: Session, ward: Ward, now: datetime) -> None:
    open_form(session, ward, now)
    write(session, ward, "182/112", now)
    found = [
        *conversations_happened(session, ward.patient.id, None, 20),
        *messages_happened(session, ward.patient.id, None, 20),
    ]
    assert sorted(each.kind for each in found) == ["message", "talk"]


def test_a_command_leaves_the_talk_complete(session: Session, ward: Ward, now: datetime) -> None:
    write(session, ward, "计划", now)
    assert [who for who, _ in talk(session)] == ["patient", "system"]
    assert session.scalars(select(Conversation.waiting_since)).one() is None
