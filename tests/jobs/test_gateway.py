"""What a proxy of the hospital's network answers in WeChat's place is never shown as delivered."""

from dataclasses import replace

import pytest

from app.core.db import transaction
from app.wechat.client import WeChat
from jobs import context
from jobs.messaging import send_due
from tests.factories.patients import make_identity, make_patient
from tests.hospital import Hospital
from tests.jobs.test_messaging import CUSTOM, SEND, Ward


@pytest.fixture
def ward(hospital: Hospital) -> Ward:
    return Ward(hospital)


def test_a_nurses_words_that_a_proxy_refused_go_out_once_it_lets_them(ward: Ward) -> None:
    ward.opens_the_window()
    ward.hospital.fault(CUSTOM, "gateway_403")
    words = ward.owe("nurse_message", text="今天好些了吗？", by_person=True, link=None)
    ward.hospital.work()
    waiting = ward.message(words)
    assert (waiting.state, waiting.reason) == ("queued", "医院到微信的网络被拦住了，已暂停，请信息科检查")
    assert ward.texts() == []
    ward.hospital.travel(minutes=16)
    assert ward.message(words).state == "delivered"
    assert ward.texts() == ["今天好些了吗？"]


def test_a_proxy_that_wants_fewer_calls_is_asked_again_soon(ward: Ward) -> None:
    ward.hospital.fault(SEND, "gateway_429")
    reminder = ward.owe()
    ward.hospital.work()
    assert ward.message(reminder).state == "queued"
    ward.hospital.travel(minutes=1)
    assert ward.message(reminder).state == "delivered"
    assert len(ward.phone.cards()) == 1


def test_words_that_nobody_confirmed_are_of_unknown_fate(ward: Ward) -> None:
    ward.opens_the_window()
    ward.hospital.fault(CUSTOM, "gateway_200")
    words = ward.owe("nurse_message", text="今天好些了吗？", by_person=True, link=None)
    ward.hospital.work()
    assert ward.message(words).state == "unknown"


def test_a_card_that_nobody_confirmed_is_asked_for_again_under_the_same_number(ward: Ward) -> None:
    ward.hospital.fault(SEND, "gateway_200")
    reminder = ward.owe()
    ward.hospital.work()
    ward.hospital.travel(minutes=1)
    assert ward.message(reminder).state == "delivered"
    assert len(ward.phone.cards()) == 1


class Odd:
    """The emulator's WeChat, but for one person something comes back that nobody foresaw."""

    def __init__(self, wechat: WeChat, openid: str) -> None:
        self._wechat, self._openid = wechat, openid

    def send_template(self, openid: str, *args: object, **more: object) -> str:
        if openid == self._openid:
            raise LookupError("nobody foresaw this")
        return self._wechat.send_template(openid, *args, **more)


def test_one_odd_answer_loses_nobody_elses_record(ward: Ward) -> None:
    phones = [ward.hospital.phone(name) for name in ("li", "zhang", "chen")]
    with transaction(ward.outside.sessions) as session:
        patients = [make_patient(session).id for _ in phones]
        for patient_id, phone in zip(patients, phones, strict=True):
            make_identity(session, patient_id, openid=phone.openid())
    for phone in phones:
        phone.follow()
    ward.hospital.travel(minutes=2)
    odd, *sound = [ward.owe("booking_confirmed", patient_id=each) for each in patients]
    context.use(replace(ward.outside, wechat=Odd(ward.outside.wechat, phones[0].openid())))
    send_due()
    assert {ward.message(each).state for each in sound} == {"accepted"}
    waiting = ward.message(odd)
    assert (waiting.state, waiting.reason) == ("queued", "不确定是否送出，用同一编号再发，微信会去重")
    ward.hospital.travel(minutes=1)
    assert ward.message(odd).state == "delivered"
