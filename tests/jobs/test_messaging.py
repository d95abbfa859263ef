"""Messages go out: once, by a legal lane, whatever WeChat and the workers do meanwhile."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import read_only, transaction
from app.core.queue import BELL_RINGS_FOR
from app.followup.tables import Task
from app.messaging import delivery, grants, outbox, windows
from app.messaging.claiming import claim
from app.messaging.reads import templates, words_sent
from app.messaging.recording import record
from app.messaging.recovery import sweep as mend
from app.messaging.rules.fill import HINT
from app.messaging.rules.refusal import BELIEVED_FOR
from app.messaging.sending import Outcome, send
from app.messaging.tables import Attempt, Grant, Message
from app.patients.tables import Patient, WechatIdentity
from jobs import context
from jobs.messaging import send_due
from tests.factories.messaging import WHEN, make_message
from tests.factories.patients import make_identity, make_patient
from tests.hospital import Hospital, Phone

SEND = "/cgi-bin/message/template/send"
CUSTOM = "/cgi-bin/message/custom/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/send"
DOSE_SUBSCRIPTION = "MpSubDoseLongTerm00000000000000000000000001"
BOOKING_SUBSCRIPTION = "MpSubBookingOneTime000000000000000000000003"
FOLLOWUP_SUBSCRIPTION = "MpSubFollowupLongTerm0000000000000000000002"
FOLLOWUP_TEMPLATE = "OaTplFollowupDue0000000000000000000000000001"


class Ward:
    """王桂芳, a patient who follows the service account, and her phone."""

    def __init__(self, hospital: Hospital) -> None:
        self.hospital, self.outside = hospital, hospital.outside
        self.phone: Phone = hospital.phone("wang")
        self.phone.follow()
        with transaction(self.outside.sessions) as session:
            self.patient_id = make_patient(session, name="王桂芳").id
            self.chat_id = make_identity(session, self.patient_id, openid=self.phone.openid()).id
        # Past the minute that following opens for free messages.
        hospital.travel(minutes=2)
        self._seen = len(self.phone.received())

    def received(self, *kinds: str) -> list[dict[str, Any]]:
        """What came after the welcome."""
        return [line for line in self.phone.received()[self._seen :] if not kinds or line["kind"] in kinds]

    def texts(self) -> list[str]:
        return [line["content"] for line in self.received("text")]

    def owe(self, purpose: str = "followup_due", **more: object) -> str:
        """Promise her a message; its id."""
        with transaction(self.outside.sessions) as session:
            more.setdefault("patient_id", self.patient_id)
            return make_message(session, clock.now(), purpose, **more).id

    def opens_the_window(self) -> None:
        """She writes in the chat; her first line of the hour gets a receipt, her second all five answers."""
        for line in ("您好", "在吗"):
            self.phone.text(line)
            self.hospital.work()
        self._seen = len(self.phone.received())

    def uses_the_mini_program(self) -> None:
        with transaction(self.outside.sessions) as session:
            openid = self.phone.openid("mp")
            self.mp_id = make_identity(session, self.patient_id, app_kind="mp", openid=openid).id

    def agrees_to(self, template_id: str) -> None:
        self.uses_the_mini_program()
        self.phone.subscribe(template_id)
        self.hospital.work()

    def we_think_she_agreed_to(self, template_id: str) -> None:
        self.uses_the_mini_program()
        with transaction(self.outside.sessions) as session:
            grants.note_popup(session, self.mp_id, {template_id: "accept"}, clock.now())

    def message(self, message_id: str) -> Message:
        with read_only(self.outside.readers) as session:
            found = session.get(Message, message_id)
            assert found is not None
            return found

    def attempts(self, message_id: str) -> list[Attempt]:
        with read_only(self.outside.readers) as session:
            rows = select(Attempt).where(Attempt.message_id == message_id).order_by(Attempt.id)
            return list(session.scalars(rows))


@pytest.fixture
def ward(hospital: Hospital) -> Ward:
    return Ward(hospital)


def in_hours(hours: float) -> datetime:
    return clock.now() + timedelta(hours=hours)


def test_a_reminder_is_sent_once_and_its_finish_event_closes_it(ward: Ward) -> None:
    message_id = ward.owe()
    ward.hospital.work()
    ward.hospital.work()
    (card,) = ward.phone.cards()
    assert card["title"] == "随访提醒"
    assert card["link"]["url"].endswith("/h5/tasks/1")
    message = ward.message(message_id)
    assert (message.state, message.lane, message.attempts) == ("delivered", "oa_template", 1)
    assert len(ward.hospital.calls(SEND)) == 1


def test_a_message_is_not_sent_before_it_is_due(ward: Ward) -> None:
    ward.owe(due_at=clock.now() + timedelta(hours=1))
    ward.hospital.work()
    assert ward.phone.cards() == []
    ward.hospital.travel(hours=1)
    assert len(ward.phone.cards()) == 1


def _claim(ward: Ward, urgent: bool = False) -> list[object]:
    with transaction(ward.outside.sessions) as session:
        until = clock.machine() - timedelta(seconds=1)
        return list(claim(session, urgent, ward.outside.settings.public_url, clock.now(), until).ready)


def test_a_worker_killed_after_its_claim_loses_nothing(ward: Ward) -> None:
    message_id = ward.owe()
    assert len(_claim(ward)) == 1
    assert ward.message(message_id).state == "sending"
    ward.hospital.work(until=lambda: ward.phone.cards(), within=30)
    ward.hospital.travel(seconds=30)
    assert ward.message(message_id).state == "delivered"
    assert len(ward.phone.cards()) == 1
    assert [attempt.outcome for attempt in ward.attempts(message_id)] == ["lost", "accepted"]


def test_a_worker_killed_after_the_call_doubles_nothing(ward: Ward) -> None:
    message_id = ward.owe()
    (ready,) = _claim(ward)
    assert send(ward.outside.wechat, ready).msgid
    ward.hospital.settle()
    ward.hospital.travel(seconds=30)
    assert {call["body"]["client_msg_id"] for call in ward.hospital.calls(SEND)} == {message_id}
    assert len(ward.hospital.calls(SEND)) == 2
    assert len(ward.phone.cards()) == 1
    assert ward.message(message_id).state == "delivered"


@pytest.mark.parametrize("swept", ["queued", "unknown"])
def test_an_answer_that_is_recorded_late_is_believed_and_nothing_is_sent_again(
    ward: Ward, swept: str
) -> None:
    """The worker was taken for dead between WeChat's answer and its record, and lives."""
    message_id = ward.owe()
    (ready,) = _claim(ward)
    sent = send(ward.outside.wechat, ready)
    ward.hospital.settle()
    if swept == "unknown":
        clock.move_to(clock.now() + timedelta(minutes=10))
    with transaction(ward.outside.sessions) as session:
        mend(session, clock.now(), clock.machine(), 0.5)
    assert ward.message(message_id).state == swept
    with transaction(ward.outside.sessions) as session:
        assert record(session, [sent], clock.now(), 0.5) == [message_id]
    ward.hospital.travel(minutes=1)
    assert ward.message(message_id).state == "delivered"
    assert len(ward.hospital.calls(SEND)) == 1


def test_what_was_taken_back_while_a_worker_had_it_is_not_tried_again(ward: Ward) -> None:
    """The form was answered while WeChat was busy with the reminder about it."""
    message_id = ward.owe(origin_kind="task", origin_id="t" * 32)
    (ready,) = _claim(ward)
    with transaction(ward.outside.sessions) as session:
        outbox.cancel_for(session, "task", ["t" * 32], "这次随访已经完成", clock.now())
    ward.hospital.travel(minutes=20)
    message = ward.message(message_id)
    assert (message.state, message.reason) == ("cancelled", "这次随访已经完成")
    assert ward.phone.cards() == []


def test_what_was_taken_back_too_late_and_arrived_is_told_as_arrived(ward: Ward) -> None:
    message_id = ward.owe(origin_kind="task", origin_id="t" * 32)
    (ready,) = _claim(ward)
    sent = send(ward.outside.wechat, ready)
    with transaction(ward.outside.sessions) as session:
        outbox.cancel_for(session, "task", ["t" * 32], "这次随访已经完成", clock.now())
    with transaction(ward.outside.sessions) as session:
        record(session, [sent], clock.now(), 0.5)
    ward.hospital.work()
    assert ward.message(message_id).state == "delivered"


def taken_back(ward: Ward) -> None:
    with transaction(ward.outside.sessions) as session:
        outbox.cancel_for(session, "task", ["t" * 32], "这次随访已经完成", clock.now())


def test_what_was_taken_back_and_then_goes_stale_calls_nobody(ward: Ward) -> None:
    """A slow worker had not come to it, and nobody looked before the sweep did."""
    message_id = ward.owe(origin_kind="task", origin_id="t" * 32, expires_at=in_hours(1))
    (ready,) = _claim(ward)
    taken_back(ward)
    with transaction(ward.outside.sessions) as session:
        record(session, [Outcome(ready, called=False)], clock.now(), 0.5)
    clock.move_to(in_hours(2))
    with transaction(ward.outside.sessions) as session:
        mend(session, clock.now(), clock.machine(), 0.5)
    message = ward.message(message_id)
    assert (message.state, message.reason) == ("cancelled", "这次随访已经完成")
    assert calls_for(ward, ward.patient_id) == []


def test_what_was_taken_back_while_it_went_and_is_blocked_calls_nobody(ward: Ward) -> None:
    ward.hospital.fault(SEND, "user_block")
    message_id = ward.owe(origin_kind="task", origin_id="t" * 32)
    (ready,) = _claim(ward)
    sent = send(ward.outside.wechat, ready)
    taken_back(ward)
    with transaction(ward.outside.sessions) as session:
        record(session, [sent], clock.now(), 0.5)
    ward.hospital.work()
    assert ward.message(message_id).state == "cancelled"
    assert calls_for(ward, ward.patient_id) == []


def test_a_card_that_was_taken_back_and_blocked_is_not_the_card_of_the_day(ward: Ward) -> None:
    ward.hospital.fault(SEND, "system_failed")
    ward.owe("dose", origin_kind="task", origin_id="t" * 32)
    (ready,) = _claim(ward)
    sent = send(ward.outside.wechat, ready)
    taken_back(ward)
    with transaction(ward.outside.sessions) as session:
        record(session, [sent], clock.now(), 0.5)
    ward.hospital.work()
    later = ward.owe("dose")
    ward.hospital.work()
    assert ward.message(later).state == "delivered"


def test_a_worker_that_wakes_up_too_late_changes_nothing(ward: Ward) -> None:
    message_id = ward.owe()
    (ready,) = _claim(ward)
    ward.hospital.travel(seconds=30)
    settled = ward.message(message_id)
    with transaction(ward.outside.sessions) as session:
        assert record(session, [Outcome(ready, msgid="1")], clock.now(), 0.5) == []
    assert ward.message(message_id).wechat_msgid == settled.wechat_msgid


def test_an_answer_that_never_comes_is_asked_for_again_under_the_same_number(ward: Ward) -> None:
    ward.hospital.fault(SEND, "reset_after_accept")
    message_id = ward.owe()
    ward.hospital.work()
    ward.hospital.travel(seconds=30)
    assert ward.message(message_id).state == "delivered"
    assert len(ward.phone.cards()) == 1
    assert [attempt.outcome for attempt in ward.attempts(message_id)] == ["again", "accepted"]


def test_after_ten_minutes_an_uncertain_message_waits_for_a_nurse(ward: Ward) -> None:
    message_id = ward.owe()
    assert len(_claim(ward)) == 1
    clock.move_to(clock.now() + timedelta(minutes=11))
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "unknown"
    assert "不再重发" in (message.reason or "")
    assert ward.hospital.calls(SEND) == []


def test_a_chat_message_of_unknown_fate_is_not_sent_again(ward: Ward) -> None:
    ward.opens_the_window()
    ward.hospital.fault(CUSTOM, "reset_after_accept")
    message_id = ward.owe("nurse_message", text="今天感觉怎么样？", by_person=True, link=None)
    ward.hospital.work()
    assert ward.message(message_id).state == "unknown"
    assert ward.texts() == ["今天感觉怎么样？"]


def test_urgent_advice_of_unknown_fate_is_rather_sent_twice(ward: Ward) -> None:
    ward.opens_the_window()
    ward.hospital.fault(CUSTOM, "reset_after_accept")
    message_id = ward.owe("advice", text="请马上坐下休息。", link=None)
    ward.hospital.work()
    ward.hospital.travel(seconds=30)
    assert ward.message(message_id).state == "delivered"
    assert ward.texts() == ["请马上坐下休息。"] * 2


def test_urgent_advice_whose_fate_stays_unknown_is_sent_twice_and_then_told_on_the_telephone(
    ward: Ward,
) -> None:
    ward.opens_the_window()
    ward.hospital.fault(CUSTOM, "reset_after_accept", times=5)
    message_id = ward.owe("advice", text="请马上坐下休息。", link=None, urgent=True)
    for _ in range(4):
        ward.hospital.work()
        ward.hospital.travel(seconds=30)
    assert ward.message(message_id).state == "unknown"
    assert ward.texts() == ["请马上坐下休息。"] * 2
    assert [call.title for call in calls_for(ward, ward.patient_id)] == [
        "不知道微信有没有送到，请打电话：健康提示"
    ]
    with read_only(ward.outside.readers) as session:
        # Of the five that her words allow.
        assert windows.reply_state(session, ward.chat_id, clock.now())[0] == 3


def test_a_send_that_was_counted_as_lost_is_not_counted_again(ward: Ward) -> None:
    ward.opens_the_window()
    message_id = ward.owe("nurse_message", text="今天感觉怎么样？", by_person=True, link=None)
    with transaction(ward.outside.sessions) as session:
        (ready,) = claim(session, True, "http://x", clock.now(), clock.machine()).ready
    with transaction(ward.outside.sessions) as session:
        mend(session, clock.now(), clock.machine() + timedelta(minutes=10), 0.5)
    assert ward.message(message_id).state == "unknown"
    with transaction(ward.outside.sessions) as session:
        record(session, [Outcome(ready, msgid="1", called=True)], clock.now(), 0.5)
        assert windows.reply_state(session, ward.chat_id, clock.now())[0] == 4
    assert ward.message(message_id).state == "delivered"


@pytest.mark.parametrize("kind", ["finish_first", "finish_twice"])
def test_a_finish_event_may_come_first_or_twice(ward: Ward, kind: str) -> None:
    ward.hospital.fault(SEND, kind)
    message_id = ward.owe()
    ward.hospital.work(until=lambda: ward.message(message_id).state == "delivered")
    assert len(ward.phone.cards()) == 1


def test_two_transactions_that_cross_are_joined_by_the_sweep(ward: Ward) -> None:
    ward.hospital.fault(SEND, "no_finish")
    message_id = ward.owe()
    ward.hospital.work()
    assert ward.message(message_id).state == "accepted"
    with transaction(ward.outside.sessions) as session:
        message = session.get_one(Message, message_id)
        app_id, msgid, message.wechat_msgid = message.app_id, message.wechat_msgid, None
        session.flush()
        delivery.record(session, app_id or "", msgid or "", "success", clock.now())
        message.wechat_msgid = msgid
    ward.hospital.work()
    assert ward.message(message_id).state == "delivered"


def test_a_patient_who_blocked_the_account_is_told_of(ward: Ward) -> None:
    ward.hospital.fault(SEND, "user_block")
    message_id = ward.owe()
    ward.hospital.work(until=lambda: ward.message(message_id).state == "refused")
    assert "屏蔽" in (ward.message(message_id).reason or "")


def test_43004_closes_the_service_account_and_takes_the_next_lane(ward: Ward) -> None:
    """She left, and we have not heard of it."""
    ward.agrees_to(BOOKING_SUBSCRIPTION)
    with transaction(ward.outside.sessions) as session:
        ward.phone = ward.hospital.phone("li")
        stranger = make_patient(session, name="李建国")
        chat = make_identity(session, stranger.id, openid=ward.phone.openid()).id
        make_identity(session, stranger.id, app_kind="mp", openid=ward.phone.openid("mp"))
    first = ward.owe("booking_confirmed", patient_id=stranger.id)
    ward.hospital.work()
    assert ward.message(first).state == "failed"
    assert [attempt.outcome for attempt in ward.attempts(first)] == ["next_lane"]
    with read_only(ward.outside.readers) as session:
        assert session.get_one(WechatIdentity, chat).following is False
    ward.phone.subscribe(BOOKING_SUBSCRIPTION)
    ward.hospital.work()
    second = ward.owe("booking_reminder", patient_id=stranger.id)
    ward.hospital.work()
    assert ward.message(second).lane == "mp_subscribe"
    assert ward.message(second).state in ("accepted", "delivered")


def test_43101_takes_the_next_lane_and_is_remembered(ward: Ward) -> None:
    ward.we_think_she_agreed_to(DOSE_SUBSCRIPTION)
    message_id = ward.owe("dose")
    ward.hospital.work()
    message = ward.message(message_id)
    assert (message.state, message.lane) == ("delivered", "oa_template")
    assert [(a.lane, a.outcome) for a in ward.attempts(message_id)] == [
        ("mp_subscribe", "next_lane"),
        ("oa_template", "accepted"),
    ]
    again = ward.owe("dose")
    ward.hospital.work()
    assert len(ward.hospital.calls(SUBSCRIBE)) == 1
    assert ward.message(again).state == "merged"


def _blocked_once(ward: Ward) -> None:
    ward.hospital.fault(SEND, "user_block")
    first = ward.owe("nurse_knock")
    ward.hospital.work(until=lambda: ward.message(first).state == "refused")
    again = ward.owe("nurse_knock")
    ward.hospital.work()
    assert ward.message(again).state == "failed"


def test_following_again_opens_what_was_blocked(ward: Ward) -> None:
    _blocked_once(ward)
    ward.phone.unfollow()
    ward.hospital.travel(minutes=1)
    ward.phone.follow()
    ward.hospital.work()
    third = ward.owe("nurse_knock")
    ward.hospital.work()
    assert ward.message(third).state == "delivered"


def test_a_month_after_a_block_wechat_is_asked_again(ward: Ward) -> None:
    _blocked_once(ward)
    with transaction(ward.outside.sessions) as session:
        held = session.scalars(select(Grant)).one()
        held.refused_at = clock.now() - BELIEVED_FOR
    third = ward.owe("nurse_knock")
    ward.hospital.work()
    assert ward.message(third).state == "delivered"


def test_a_lasting_subscription_switched_on_again_is_found_out(ward: Ward) -> None:
    """WeChat tells of the switching off alone."""
    ward.agrees_to(DOSE_SUBSCRIPTION)
    ward.phone.block_template(DOSE_SUBSCRIPTION)
    ward.hospital.work()
    ward.phone.allow_template(DOSE_SUBSCRIPTION)
    ward.phone.subscribe(DOSE_SUBSCRIPTION)
    ward.hospital.work()
    with transaction(ward.outside.sessions) as session:
        held = session.scalars(select(Grant)).one()
        held.credits, held.refused_at = 0, clock.now() - BELIEVED_FOR
    first = ward.owe("dose")
    ward.hospital.work()
    assert ward.message(first).lane == "mp_subscribe"
    with read_only(ward.outside.readers) as session:
        assert session.scalars(select(Grant.refused_at)).one() is None


def test_a_long_term_subscription_comes_first_and_is_never_used_up(ward: Ward) -> None:
    ward.agrees_to(DOSE_SUBSCRIPTION)
    for _ in range(3):
        ward.owe("dose")
        ward.hospital.work()
    cards = ward.phone.cards()
    assert [card["kind"] for card in cards] == ["subscribe"] * 3
    assert cards[0]["link"]["miniprogram"]["pagepath"] == "pages/open?to=/h5/tasks/1"


@pytest.mark.parametrize("follows", [True, False], ids=["follows", "left"])
def test_a_card_of_the_mini_program_asks_followers_alone_to_answer_in_the_service_account(
    ward: Ward, follows: bool
) -> None:
    ward.agrees_to(FOLLOWUP_SUBSCRIPTION)
    if not follows:
        ward.phone.unfollow()
        ward.hospital.work()
    fields = {"what": "高血压随访", "when": WHEN, "who": "李芳护士", HINT: "在服务号里直接回复也行"}
    message_id = ward.owe(fields=fields)
    ward.hospital.work()
    (card,) = ward.phone.cards()
    assert card["kind"] == "subscribe"
    assert "李芳护士" in str(card)
    assert ("在服务号里直接回复也行" in str(card)) is follows
    with read_only(ward.outside.readers) as session:
        told_the_nurse = words_sent(session.get_one(Message, message_id), templates(session))
    assert ("在服务号里直接回复也行" in told_the_nurse) is follows


def test_a_one_time_credit_is_good_once(ward: Ward) -> None:
    ward.agrees_to(BOOKING_SUBSCRIPTION)
    first, second = ward.owe("booking_reminder"), None
    ward.hospital.work()
    second = ward.owe("booking_reminder")
    ward.hospital.work()
    assert [ward.message(each).lane for each in (first, second)] == ["mp_subscribe", "oa_template"]


def test_a_nurse_has_five_replies_and_then_hears_why_not(ward: Ward) -> None:
    ward.opens_the_window()
    sent = []
    for number in range(6):
        sent.append(ward.owe("nurse_message", text=f"第{number + 1}句", by_person=True, link=None))
        ward.hospital.work()
    assert ward.texts() == [f"第{number + 1}句" for number in range(5)]
    assert ward.message(sent[5]).state == "failed"
    assert "对话条数用完了" in (ward.message(sent[5]).reason or "")
    asked = [call["body"]["text"]["content"] for call in ward.hospital.calls(CUSTOM)]
    assert not any("第6句" in words for words in asked)


def test_automatic_answers_leave_two_to_a_nurse(ward: Ward) -> None:
    ward.opens_the_window()
    answers = []
    for number in range(4):
        answers.append(ward.owe("bot", text=f"自动{number + 1}", link=None))
        ward.hospital.work()
    assert ward.texts() == ["自动1", "自动2", "自动3"]
    assert ward.message(answers[3]).state == "cancelled"
    with read_only(ward.outside.readers) as session:
        assert windows.reply_state(session, ward.chat_id, clock.now())[0] == 2


def test_many_replies_at_once_go_in_order(ward: Ward) -> None:
    ward.opens_the_window()
    for number in range(5):
        ward.owe("nurse_message", text=f"第{number + 1}句", by_person=True, link=None)
    ward.hospital.work()
    assert ward.texts() == [f"第{number + 1}句" for number in range(5)]


def test_a_window_we_thought_open_is_closed_when_wechat_says_so(ward: Ward) -> None:
    with transaction(ward.outside.sessions) as session:
        windows.note_user_act(session, ward.chat_id, "message", clock.now(), clock.now())
    message_id = ward.owe("nurse_message", text="在吗？", by_person=True, link=None)
    ward.hospital.work()
    assert ward.message(message_id).state == "failed"
    with read_only(ward.outside.readers) as session:
        assert windows.reply_state(session, ward.chat_id, clock.now()) == (0, None)


def test_one_card_a_day_for_doses(ward: Ward) -> None:
    morning, evening = ward.owe("dose"), ward.owe("dose", due_at=in_hours(9))
    ward.hospital.work()
    ward.hospital.travel(hours=9)
    assert (ward.message(morning).state, ward.message(evening).state) == ("delivered", "merged")
    assert "这次没有单独提醒" in (ward.message(evening).reason or "")
    ward.hospital.travel(hours=15)
    tomorrow = ward.owe("dose")
    ward.hospital.work()
    assert ward.message(tomorrow).state == "delivered"


def test_at_night_a_reminder_waits_for_the_morning_and_says_so(ward: Ward) -> None:
    night = in_hours(13)
    message_id = ward.owe(due_at=night)
    ward.hospital.travel(hours=13)
    message = ward.message(message_id)
    assert message.state == "queued"
    assert clock.local(message.due_at).hour == 8
    assert "免打扰" in (message.reason or "")
    ward.hospital.travel(hours=9)
    assert ward.message(message_id).state == "delivered"


def test_urgent_advice_goes_at_night(ward: Ward) -> None:
    message_id = ward.owe("advice", due_at=in_hours(16))
    ward.hospital.travel(hours=16)
    assert ward.message(message_id).state == "delivered"


def _withdraw(ward: Ward) -> None:
    from app.audit.trail import SYSTEM
    from app.patients.consents import withdraw

    with transaction(ward.outside.sessions) as session:
        withdraw(session, SYSTEM, ward.patient_id, "reminders", clock.now())


def _move_away(ward: Ward) -> None:
    with transaction(ward.outside.sessions) as session:
        session.get_one(Patient, ward.patient_id).status = "moved"


@pytest.mark.parametrize(("change", "words"), [(_withdraw, "没有同意"), (_move_away, "不在随访状态")])
def test_nobody_is_reminded_against_their_will_or_state(
    ward: Ward, change: Callable[[Ward], None], words: str
) -> None:
    message_id = ward.owe()
    change(ward)
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "cancelled"
    assert words in (message.reason or "")
    assert ward.phone.cards() == []


@pytest.mark.parametrize("purpose", ["booking_cancelled", "booking_confirmed"])
@pytest.mark.parametrize("status", ["in_hospital", "paused"])
def test_whoever_has_a_booking_hears_of_its_end_whatever_the_file_says(
    ward: Ward, purpose: str, status: str
) -> None:
    """Untold, they come fasting to a shut door."""
    with transaction(ward.outside.sessions) as session:
        session.get_one(Patient, ward.patient_id).status = status
    message_id = ward.owe(purpose)
    ward.hospital.work()
    assert ward.message(message_id).state == "delivered"


def test_nothing_automatic_goes_to_the_dead(ward: Ward) -> None:
    with transaction(ward.outside.sessions) as session:
        session.get_one(Patient, ward.patient_id).status = "deceased"
    message_id = ward.owe("booking_cancelled")
    ward.hospital.work()
    message = ward.message(message_id)
    assert (message.state, message.reason) == ("cancelled", "患者已去世，自动消息已停")


def test_a_dose_that_could_not_go_in_time_expires(ward: Ward) -> None:
    ward.hospital.fault(SEND, "busy", times=None)
    message_id = ward.owe("dose")
    ward.hospital.work()
    ward.hospital.travel(minutes=95)
    message = ward.message(message_id)
    assert message.state in ("expired", "failed")
    assert ward.phone.cards() == []


def test_a_busy_wechat_is_asked_again_with_patience(ward: Ward) -> None:
    ward.hospital.fault(SEND, "busy", times=3)
    message_id = ward.owe()
    ward.hospital.travel(minutes=5)
    message = ward.message(message_id)
    assert (message.state, message.attempts) == ("delivered", 4)


def test_a_used_up_day_waits_for_beijings_midnight(ward: Ward) -> None:
    ward.hospital.fault(SEND, "45009")
    message_id = ward.owe()
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "queued"
    assert clock.local(message.due_at).strftime("%H:%M") == "00:00"
    assert "额度" in (message.reason or "")


def test_words_that_fit_no_template_fail_before_any_call(ward: Ward) -> None:
    message_id = ward.owe(fields={"what": "随访", "when": "明天上午", "who": "李芳"})
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "failed"
    assert "time2" in (message.reason or "")
    assert ward.hospital.calls(SEND) == []


def test_an_urgent_message_does_not_wait_behind_others(ward: Ward) -> None:
    ward.opens_the_window()
    for _ in range(5):
        ward.owe("booking_confirmed")
    ward.owe("advice", text="请马上坐下休息。", link=None)
    ward.hospital.work()
    sent = [line["kind"] for line in ward.received("text", "template")]
    assert sent[0] == "text"
    assert len(sent) == 6


def test_a_bell_lost_with_redis_is_rung_again(ward: Ward) -> None:
    ward.owe()
    ward.outside.redis.flushdb()
    assert BELL_RINGS_FOR > 0
    ward.hospital.work()
    assert len(ward.phone.cards()) == 1


def test_a_member_of_staff_is_told_on_the_bound_phone(ward: Ward) -> None:
    from tests.factories.staff import make_account

    with transaction(ward.outside.sessions) as session:
        nurse = make_account(session, role="nurse", name="李芳", oa_openid=ward.phone.openid())
        make_message(
            session, clock.now(), "alert_staff", staff_id=nurse.id,
            fields={"what": "血压 182/112", "when": WHEN, "until": "10分钟内"}, link="/console",
        )  # fmt: skip
    ward.hospital.work()
    (card,) = ward.phone.cards()
    assert card["title"] == "患者预警通知"


def test_three_workers_at_once_double_nothing_and_leave_nothing(ward: Ward) -> None:
    phones = [ward.hospital.phone(name) for name in ("li", "zhang", "chen", "liu", "zhao")]
    with transaction(ward.outside.sessions) as session:
        patients = [make_patient(session).id for _ in phones]
        for patient_id, phone in zip(patients, phones, strict=True):
            make_identity(session, patient_id, openid=phone.openid())
    for phone in phones:
        phone.follow()
    ward.hospital.travel(minutes=2)
    owed = [ward.owe("booking_confirmed", patient_id=each) for each in patients for _ in range(4)]
    context.use(ward.outside)
    workers = [threading.Thread(target=send_due) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    asked = [call["body"]["client_msg_id"] for call in ward.hospital.calls(SEND)]
    assert sorted(asked) == sorted(owed)
    ward.hospital.work()
    assert {ward.message(each).state for each in owed} == {"delivered"}
    assert [len(phone.cards()) for phone in phones] == [4] * 5


def test_a_message_of_an_unknown_purpose_does_not_keep_the_others_back(ward: Ward) -> None:
    bad, good = ward.owe(patient_id=_somebody(ward)), ward.owe()
    with transaction(ward.outside.sessions) as session:
        session.get_one(Message, bad).purpose = "greeting_of_last_year"
    ward.hospital.work()
    assert ward.message(good).state == "delivered"
    broken = ward.message(bad)
    assert (broken.state, broken.reason) == ("failed", "程序处理出错，请联系信息科")


def _somebody(ward: Ward) -> str:
    with transaction(ward.outside.sessions) as session:
        return make_patient(session).id


def test_an_uncertain_card_is_repeated_as_a_card_though_the_chat_opens(ward: Ward) -> None:
    ward.hospital.fault(SEND, "reset_after_accept")
    message_id = ward.owe("advice", text="请马上坐下休息。")
    ward.hospital.work_once()
    assert [attempt.outcome for attempt in ward.attempts(message_id)] == ["again"]
    ward.opens_the_window()
    ward.hospital.travel(seconds=30)
    assert [attempt.lane for attempt in ward.attempts(message_id)] == ["oa_template"] * 2
    assert ward.message(message_id).state == "delivered"
    assert (len(ward.phone.cards()), ward.texts()) == (1, [])


def calls_for(ward: Ward, patient_id: str) -> list[Task]:
    with read_only(ward.outside.readers) as session:
        return list(session.scalars(select(Task).where(Task.patient_id == patient_id, Task.kind == "call")))


@pytest.mark.parametrize(
    ("purpose", "within"),
    [
        ("advice", timedelta(hours=1)),
        ("followup_due", timedelta(days=1)),
        ("booking_cancelled", timedelta(hours=1)),
    ],
)
def test_what_matters_and_reaches_nobody_becomes_a_call(ward: Ward, purpose: str, within: timedelta) -> None:
    without_wechat = _somebody(ward)
    message_id = ward.owe(purpose, patient_id=without_wechat)
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "failed" and message.finished_at is not None
    (call,) = calls_for(ward, without_wechat)
    assert call.dedupe_key == f"unreached_message:{message_id}"
    assert call.title.startswith("微信没有送到，请打电话：")
    assert call.due_at == message.finished_at + within


@pytest.mark.parametrize("purpose", ["welcome", "dose", "booking_confirmed"])
def test_a_courtesy_that_reaches_nobody_disturbs_nobody(ward: Ward, purpose: str) -> None:
    without_wechat = _somebody(ward)
    ward.owe(purpose, patient_id=without_wechat)
    ward.hospital.work()
    assert calls_for(ward, without_wechat) == []
