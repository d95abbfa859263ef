"""What a proxy of the hospital's network answers in WeChat's place is never shown as delivered."""

import pytest

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
