"""An urgent message does not wait in a broken lane while another is open."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import transaction
from tests.factories.messaging import WHEN, make_message
from tests.factories.staff import make_account
from tests.hospital import Hospital
from tests.jobs.test_messaging import SEND, Ward, calls_for

TEMPLATE_WRONG, DAY_USED_UP = "40037", "45009"


@pytest.fixture
def ward(hospital: Hospital) -> Ward:
    return Ward(hospital)


def alert(ward: Ward) -> str:
    """The card of a red alert to the nurse who holds this phone; useful for two hours."""
    with transaction(ward.outside.sessions) as session:
        nurse = make_account(session, role="nurse", name="李芳", oa_openid=ward.phone.openid())
        return make_message(
            session, clock.now(), "alert_staff", staff_id=nurse.id,
            fields={"what": "血压 182/112", "when": WHEN, "until": "10分钟内"}, link="/console",
            urgent=True,
        ).id  # fmt: skip


@pytest.mark.parametrize("errcode", [TEMPLATE_WRONG, DAY_USED_UP])
def test_a_red_alert_goes_by_the_open_chat_at_once(ward: Ward, errcode: str) -> None:
    ward.opens_the_window()
    ward.hospital.fault(SEND, errcode, times=None)
    message_id = alert(ward)
    ward.hospital.work()
    assert ward.message(message_id).state == "delivered"
    assert [each.lane for each in ward.attempts(message_id)] == ["oa_template", "oa_custom"]
    (words,) = ward.texts()
    assert "血压 182/112" in words


def test_without_another_lane_it_is_tried_again_once_somebody_may_have_mended_it(ward: Ward) -> None:
    ward.hospital.fault(SEND, TEMPLATE_WRONG)
    message_id = alert(ward)
    ward.hospital.work()
    waiting = ward.message(message_id)
    assert waiting.state == "queued"
    assert waiting.reason == "模板、账号或额度有问题，又没有别的方式；稍后自动再试，请管理员检查"
    assert timedelta(minutes=14) < waiting.due_at - clock.now() <= timedelta(minutes=15)
    ward.hospital.travel(minutes=16)
    assert ward.message(message_id).state == "delivered"
    assert len(ward.phone.cards()) == 1


def test_a_chat_that_opens_meanwhile_is_taken_when_the_lane_is_still_broken(ward: Ward) -> None:
    ward.hospital.fault(SEND, TEMPLATE_WRONG, times=None)
    message_id = alert(ward)
    ward.hospital.work()
    ward.opens_the_window()
    ward.hospital.travel(minutes=16)
    assert ward.message(message_id).state == "delivered"
    assert len(ward.texts()) == 1


def test_a_used_up_day_without_another_lane_is_told_at_once(ward: Ward) -> None:
    ward.hospital.fault(SEND, DAY_USED_UP)
    message_id = alert(ward)
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "expired"
    assert message.reason is not None and message.reason.startswith("模板、账号或额度有问题")


def test_urgent_advice_on_a_used_up_day_is_told_on_the_telephone_and_not_after_midnight(ward: Ward) -> None:
    ward.hospital.fault(SEND, DAY_USED_UP)
    message_id = ward.owe("advice", text="请马上坐下休息。")
    ward.hospital.work()
    message = ward.message(message_id)
    assert message.state == "failed"
    assert message.reason == "模板、账号或额度有问题，又没有别的方式，一小时内恢复不了"
    (call,) = calls_for(ward, ward.patient_id)
    assert call.title == "微信没有送到，请打电话：健康提示"
    assert call.due_at - clock.now() <= timedelta(hours=1)


def test_urgent_advice_shortly_before_midnight_takes_the_chat_that_opens_meanwhile(ward: Ward) -> None:
    ward.hospital.travel(hours=13, minutes=15)
    ward.hospital.fault(SEND, DAY_USED_UP, times=None)
    message_id = ward.owe("advice", text="请马上坐下休息。")
    ward.hospital.work()
    waiting = ward.message(message_id)
    assert waiting.state == "queued"
    assert waiting.due_at - clock.now() <= timedelta(minutes=15)
    ward.opens_the_window()
    ward.hospital.travel(minutes=16)
    assert ward.message(message_id).state == "delivered"
    assert "请马上坐下休息。" in ward.texts()[0]
    assert calls_for(ward, ward.patient_id) == []


def test_a_used_up_day_ends_for_urgent_advice_at_midnight(ward: Ward) -> None:
    ward.hospital.travel(hours=13, minutes=15)
    ward.hospital.fault(SEND, DAY_USED_UP)
    message_id = ward.owe("advice", text="请马上坐下休息。")
    ward.hospital.travel(minutes=50)
    assert ward.message(message_id).state == "delivered"
    assert len(ward.hospital.calls(SEND)) == 2


def test_urgent_advice_behind_a_broken_template_is_tried_for_an_hour_and_told_on_the_telephone(
    ward: Ward,
) -> None:
    ward.hospital.fault(SEND, TEMPLATE_WRONG, times=None)
    message_id = ward.owe("advice", text="请马上坐下休息。")
    ward.hospital.travel(minutes=40)
    assert ward.message(message_id).state == "queued"
    ward.hospital.travel(minutes=20)
    assert ward.message(message_id).state == "failed"
    assert len(calls_for(ward, ward.patient_id)) == 1


def test_the_card_of_a_red_alert_waits_for_the_midnight_it_is_still_of_use_after(ward: Ward) -> None:
    ward.hospital.travel(hours=12, minutes=30)
    ward.hospital.fault(SEND, DAY_USED_UP)
    message_id = alert(ward)
    ward.hospital.work()
    assert ward.message(message_id).state == "queued"
    ward.hospital.travel(minutes=95)
    assert ward.message(message_id).state == "delivered"


def test_what_is_not_urgent_waits_for_its_own_lane(ward: Ward) -> None:
    ward.opens_the_window()
    ward.hospital.fault(SEND, TEMPLATE_WRONG)
    message_id = ward.owe("booking_confirmed")
    ward.hospital.work()
    assert ward.message(message_id).state == "queued"
    ward.hospital.travel(minutes=16)
    assert [each.lane for each in ward.attempts(message_id)] == ["oa_template", "oa_template"]


def test_waiting_for_a_broken_lane_uses_up_no_tries(ward: Ward) -> None:
    ward.hospital.fault(SEND, TEMPLATE_WRONG, times=8)
    message_id = ward.owe("booking_confirmed")
    ward.hospital.travel(minutes=110)
    assert [each.outcome for each in ward.attempts(message_id)] == ["hold"] * 8
    ward.hospital.fault(SEND, "busy")
    ward.hospital.travel(minutes=15)
    assert [each.outcome for each in ward.attempts(message_id)][8:] == ["again", "accepted"]
    assert ward.message(message_id).state == "delivered"
