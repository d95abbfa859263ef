"""What WeChat pushes is worked off: in order, once, and whatever fails holds nothing up."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.alerts.tables import Alert
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.messaging import windows
from app.messaging.tables import Grant, Message
from app.patients import identities
from app.patients.events import Followed
from app.patients.tables import WechatIdentity
from app.staff.binding import scene_of
from app.staff.tables import Account
from app.wechat import inbox
from app.wechat.inbound import KINDS, Follow, PatientMedia, Scan, Unfollow, read_fields
from app.wechat.tables import Callback
from jobs.callbacks import FETCHED, JUDGED, Waiting
from jobs.wechat import sweep_followers
from tests.conftest import MP, OA
from tests.factories.listening import breaking
from tests.factories.patients import make_card, make_identity, make_patient
from tests.factories.staff import make_account
from tests.hospital import Hospital, Phone

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
DOSE_SUBSCRIPTION = "MpSubDoseLongTerm00000000000000000000000001"


@pytest.fixture
def phone(hospital: Hospital) -> Phone:
    """王桂芳's phone."""
    return hospital.phone("wang")


def identity(hospital: Hospital, phone: Phone, kind: str = "oa") -> WechatIdentity | None:
    app = OA if kind == "oa" else MP
    with read_only(hospital.outside.readers) as session:
        return identities.by_openid(session, app["app_id"], phone.openid(kind))


def lines(hospital: Hospital) -> list[Line]:
    """What patients wrote."""
    with read_only(hospital.outside.readers) as session:
        patients = select(Line).where(Line.author_kind == "patient").order_by(Line.at, Line.id)
        return list(session.scalars(patients))


def callbacks(hospital: Hospital) -> list[Callback]:
    with read_only(hospital.outside.readers) as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def alerts(hospital: Hospital) -> list[tuple[str | None, str, str]]:
    with read_only(hospital.outside.readers) as session:
        return [(row.patient_id, row.reason, row.urgency) for row in session.scalars(select(Alert))]


def left(hospital: Hospital, phone: Phone) -> int:
    found = identity(hospital, phone)
    assert found is not None
    with read_only(hospital.outside.readers) as session:
        return windows.reply_state(session, found.id, clock.now())[0]


def test_whoever_follows_is_known_by_unionid_and_greeted(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    hospital.work()
    known = identity(hospital, phone)
    assert known is not None and known.following and known.unionid == phone.unionid()
    assert len(phone.texts()) == 1
    assert "欢迎" in phone.texts()[0]


def test_a_follow_without_a_unionid_is_joined_by_the_next_look_at_all_followers(
    hospital: Hospital, phone: Phone
) -> None:
    hospital.fault("/cgi-bin/user/info", "48001")
    phone.follow()
    hospital.work()
    known = identity(hospital, phone)
    assert known is not None and known.following and known.unionid is None
    assert len(phone.texts()) == 1
    sweep_followers()
    known = identity(hospital, phone)
    assert known is not None and known.unionid == phone.unionid()


def test_followers_from_before_and_those_who_left_unheard_are_found(hospital: Hospital) -> None:
    newcomer, stranger = hospital.phone("li"), hospital.phone("zhang")
    newcomer.follow()
    hospital.settle()
    with transaction(hospital.outside.sessions) as session:
        session.execute(update(Callback).values(state="done"))
        make_identity(session, openid=stranger.openid())
    hospital.work()
    sweep_followers()
    found, gone = identity(hospital, newcomer), identity(hospital, stranger)
    assert found is not None and found.following
    assert gone is not None and not gone.following


def test_a_cards_qr_leads_to_the_card(hospital: Hospital, phone: Phone) -> None:
    with transaction(hospital.outside.sessions) as session:
        card = make_card(session)
        card_id, scene = card.id, card.scene
    content = hospital.outside.wechat.create_qr(scene)
    phone.scan(content)
    hospital.work()
    known = identity(hospital, phone)
    assert known is not None and known.pending_card_id == card_id
    phone.scan(content)
    hospital.work()
    assert len(phone.texts()) == 2


def test_whoever_leaves_is_written_to_no_more(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    phone.text("您好")
    hospital.work()
    assert left(hospital, phone) > 0
    phone.unfollow()
    hospital.work()
    known = identity(hospital, phone)
    assert known is not None and not known.following
    assert left(hospital, phone) == 0


def test_what_a_patient_writes_is_in_the_inbox_once_and_opens_the_window(
    hospital: Hospital, phone: Phone
) -> None:
    phone.follow()
    phone.text("这两天早上有点头晕，要紧吗？")
    hospital.work()
    row = next(push for push in hospital.pushes() if push["fields"]["MsgType"] == "text")
    hospital.emulator.post("/operator/api/callbacks/replay", id=row["id"], mutate="none")
    hospital.work()
    assert [line.body for line in lines(hospital)] == ["这两天早上有点头晕，要紧吗？"]


def test_a_command_is_answered_with_its_page_and_stays_out_of_the_inbox(
    hospital: Hospital, phone: Phone
) -> None:
    phone.follow()
    hospital.work()
    phone.text("预约")
    hospital.work()
    assert f"{hospital.url}/h5/booking" in phone.texts()[-1]
    assert lines(hospital) == []


def test_the_menu_answers_and_leads_to_the_pages(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    hospital.work()
    assert phone.menu(1) == f"{hospital.url}/h5/booking"
    assert phone.menu(0, 0) == f"{hospital.url}/h5/plan"
    phone.menu(2, 0)
    hospital.work()
    assert "护士会尽快回复" in phone.texts()[-1]


def test_a_picture_is_fetched_at_once_and_kept_privately(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    phone.image(PICTURE)
    hospital.work()
    (line,) = lines(hospital)
    assert line.kind == "image" and line.media_path is not None
    assert hospital.outside.storage.load(line.media_path) == PICTURE


@pytest.mark.parametrize(
    "voice, suffix",
    [(b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50, ".mp3"), (b"#!AMR\ncut", ".amr")],
    ids=["heard", "broken"],
)
def test_a_voice_is_made_playable_or_kept_as_it_came(
    hospital: Hospital, phone: Phone, voice: bytes, suffix: str
) -> None:
    phone.follow()
    phone.voice(voice)
    hospital.work()
    (line,) = lines(hospital)
    assert line.kind == "voice" and line.media_path is not None
    assert line.media_path.endswith(suffix)
    assert (hospital.outside.storage.load(line.media_path) == voice) is (suffix == ".amr")


def test_a_picture_wechat_does_not_give_now_is_asked_for_again(hospital: Hospital, phone: Phone) -> None:
    hospital.fault("/cgi-bin/media/get", "busy", times=2)
    phone.follow()
    phone.image(PICTURE)
    phone.text("这是我的化验单")
    hospital.work()
    assert [line.body for line in lines(hospital)] == ["这是我的化验单"]
    hospital.travel(seconds=30)
    assert {line.kind for line in lines(hospital)} == {"image", "text"}


def test_a_picture_that_cannot_be_had_is_told_of(hospital: Hospital, phone: Phone) -> None:
    hospital.fault("/cgi-bin/media/get", "40007", times=None)
    phone.follow()
    phone.image(PICTURE)
    hospital.travel(minutes=10)
    (line,) = lines(hospital)
    assert line.media_path is None
    assert "没有取到" in line.body


def test_a_place_is_in_the_inbox(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    phone.location(30.2, 120.1, "西湖文化广场")
    hospital.work()
    (line,) = lines(hospital)
    assert line.kind == "location" and line.body.startswith("西湖文化广场")


def test_a_subscription_is_counted_from_wechats_own_event(hospital: Hospital, phone: Phone) -> None:
    phone.subscribe(DOSE_SUBSCRIPTION)
    hospital.work()
    known = identity(hospital, phone, "mp")
    assert known is not None
    with read_only(hospital.outside.readers) as session:
        grant = session.scalars(select(Grant).where(Grant.identity_id == known.id)).one()
        assert (grant.credits, grant.long_term, grant.refused_at) == (1, True, None)
    phone.block_template(DOSE_SUBSCRIPTION)
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Grant.credits)).one() == 0


def test_a_nurse_binds_her_wechat_by_scanning(hospital: Hospital, phone: Phone) -> None:
    with transaction(hospital.outside.sessions) as session:
        account_id = make_account(session, name="李芳").id
    scene = scene_of(account_id, hospital.outside.settings.secret_key, clock.now())
    phone.scan(hospital.outside.wechat.create_qr(scene))
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        assert session.get_one(Account, account_id).oa_openid == phone.openid()
    assert any("已绑定" in words for words in phone.texts())


def test_a_forged_binding_binds_nobody(hospital: Hospital, phone: Phone) -> None:
    with transaction(hospital.outside.sessions) as session:
        account_id = make_account(session, name="李芳").id
    phone.scan(hospital.outside.wechat.create_qr(f"staff.{account_id}.20260302.0123456789ab"))
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        assert session.get_one(Account, account_id).oa_openid is None
    assert any("失效" in words for words in phone.texts())


def test_an_answer_in_the_chat_goes_to_the_form_that_waits(hospital: Hospital, phone: Phone) -> None:
    """The whole form has its own tests; here only that the chat door leads to it and not to the inbox."""
    phone.follow()
    hospital.work()
    with transaction(hospital.outside.sessions) as session:
        patient = make_patient(session, name="王桂芳")
        known = identities.by_openid(session, OA["app_id"], phone.openid())
        assert known is not None
        known.patient_id = patient.id
    phone.text("谢谢您")
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Conversation.patient_id)).one() == patient.id


def _store(hospital: Hospital, body: str, kind: str = "text") -> None:
    with transaction(hospital.outside.sessions) as session:
        inbox.keep(session, OA["app_id"], new_id(), kind, body, clock.now())


def test_one_that_fails_is_tried_five_times_and_holds_nobody_up(hospital: Hospital, phone: Phone) -> None:
    with breaking(hospital.outside, Followed):
        phone.follow()
        phone.text("您好")
        hospital.work()
        assert [line.body for line in lines(hospital)] == ["您好"]
        hospital.travel(minutes=10)
    broken = callbacks(hospital)[0]
    assert (broken.state, broken.tries, broken.error) == ("failed", 5, "Broken")


@pytest.mark.parametrize(
    "body",
    [
        "<xml><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>oWang</FromUserName><CreateTime>1772416800</CreateTime></xml>",
        "<xml><FromUserName>oWang</FromUserName><CreateTime>1772416800</CreateTime>"
        "<MsgType>location</MsgType><Location_X>north</Location_X><MsgId>1</MsgId></xml>",
    ],
    ids=["nobody's", "of no kind", "a place that is none"],
)
def test_one_that_cannot_be_read_is_kept_as_it_came_and_closed_at_once(hospital: Hospital, body: str) -> None:
    _store(hospital, body)
    hospital.work()
    (broken,) = callbacks(hospital)
    assert (broken.state, broken.tries, broken.body) == ("failed", 1, body)
    assert broken.error is not None and "malformed" in broken.error
    hospital.travel(minutes=10)
    assert [row.tries for row in callbacks(hospital)] == [1]


def test_a_kind_we_do_not_act_on_is_kept_as_it_came(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    hospital.work()
    phone.menu(1)
    hospital.work()
    row = callbacks(hospital)[-1]
    assert (row.kind, row.state) == ("event.view", "unknown")


@pytest.mark.parametrize("line", [JUDGED, FETCHED], ids=["words", "a picture"])
def test_two_workers_do_not_work_off_one_line_at_once(
    hospital: Hospital, phone: Phone, line: Waiting
) -> None:
    phone.follow()
    hospital.work()
    hospital.outside.redis.set(line.lock, "another worker", ex=1)
    phone.text("您好") if line is JUDGED else phone.image(PICTURE)
    hospital.settle()
    hospital.work_once()
    assert [row.state for row in callbacks(hospital)] == ["done", "new"]
    hospital.work()
    assert [row.state for row in callbacks(hospital)] == ["done", "done"]


def test_words_do_not_wait_for_a_picture_and_stand_behind_it_all_the_same(
    hospital: Hospital, phone: Phone
) -> None:
    phone.follow()
    hospital.work()
    hospital.outside.redis.set(FETCHED.lock, "a worker that fetches", ex=30)
    phone.image(PICTURE)
    hospital.settle()
    clock.move_to(clock.now() + timedelta(seconds=2))
    phone.text("这是我的化验单")
    hospital.settle()
    hospital.work_once()
    assert [line.body for line in lines(hospital)] == ["这是我的化验单"]
    hospital.outside.redis.delete(FETCHED.lock)
    hospital.work()
    assert [line.kind for line in lines(hospital)] == ["image", "text"]


def test_the_danger_of_somebody_whose_follow_is_not_worked_off_yet_is_an_alert(
    hospital: Hospital, phone: Phone
) -> None:
    """Known from the mini-program; that it is the same person only the follow's unionid tells."""
    with transaction(hospital.outside.sessions) as session:
        make_account(session)
        patient_id = make_patient(session, name="王桂芳").id
        make_identity(session, patient_id, app_id=MP["app_id"], app_kind="mp", unionid=phone.unionid())
    hospital.outside.redis.set(FETCHED.lock, "a worker that fetches", ex=30)
    phone.follow()
    phone.text("胸口疼得厉害")
    hospital.settle()
    hospital.work_once()
    (line,) = lines(hospital)
    assert line.body == "胸口疼得厉害"
    assert alerts(hospital) == [(None, "red_flag_words", "critical")]
    assert len(phone.texts()) == 1, "advised at once"
    hospital.outside.redis.delete(FETCHED.lock)
    for _ in range(2):
        hospital.work()
        assert alerts(hospital) == [(patient_id, "red_flag_words", "critical")]
    assert [line.body for line in lines(hospital)] == ["胸口疼得厉害"]
    known = identity(hospital, phone)
    assert known is not None and (known.following, known.unionid) == (True, phone.unionid())


def test_whoever_wrote_before_leaving_is_gone_though_the_words_are_worked_off_later(
    hospital: Hospital, phone: Phone
) -> None:
    phone.follow()
    hospital.work()
    hospital.outside.redis.set(JUDGED.lock, "a worker that judges", ex=30)
    phone.text("您好")
    hospital.settle()
    clock.move_to(clock.now() + timedelta(seconds=5))
    phone.unfollow()
    hospital.settle()
    hospital.work_once()
    hospital.outside.redis.delete(JUDGED.lock)
    hospital.work()
    assert [line.body for line in lines(hospital)] == ["您好"]
    known = identity(hospital, phone)
    assert known is not None and not known.following


def test_what_wechat_is_asked_for_waits_in_the_line_of_its_own() -> None:
    """And nothing else does, but who leaves: behind the coming that it ends."""
    everything = {
        "FromUserName": "oWang",
        "CreateTime": "1772416800",
        "MediaId": "1",
        "MsgID": "1",
        "Location_X": "30.2",
        "Location_Y": "120.1",
    }
    for kind in KINDS:
        told, _, name = kind.partition(".")
        message = read_fields({**everything, "MsgType": told, "Event": name})
        asked = isinstance(message, Follow | Scan | PatientMedia | Unfollow)
        assert asked is (kind in inbox.FETCHED), kind


def test_finish_events_that_come_in_hundreds_are_all_recorded(hospital: Hospital, phone: Phone) -> None:
    openid = phone.openid()
    for number in range(60):
        body = (
            f"<xml><FromUserName>{openid}</FromUserName><CreateTime>{int(clock.now().timestamp())}</CreateTime>"
            "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event>"
            f"<MsgID>{number}</MsgID><Status>success</Status></xml>"
        )
        _store(hospital, body, "event.templatesendjobfinish")
    hospital.work()
    assert {row.state for row in callbacks(hospital)} == {"done"}
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Message)).all() == []


def test_a_travel_of_days_keeps_the_long_window_honest(hospital: Hospital, phone: Phone) -> None:
    phone.follow()
    phone.text("您好")
    hospital.work()
    clock.move_to(clock.now() + timedelta(hours=47, minutes=59))
    assert left(hospital, phone) > 0
    clock.move_to(clock.now() + timedelta(minutes=1))
    assert left(hospital, phone) == 0
