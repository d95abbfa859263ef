"""A check-up over the emulated WeChat: the card at once, the one of the evening before, the desk."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.booking.catalog import packages
from app.booking.tables import Booking, Slot
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.http.patient_auth import PATIENT_COOKIE
from app.patients import sessions
from app.patients.tables import WechatIdentity
from tests.factories.patients import make_patient
from tests.factories.staff import signed_in
from tests.hospital import Hospital


class Visit:
    """王桂芳 has followed, has a card, and looks at the patient pages on her phone; it is Monday, 10:00."""

    def __init__(self, hospital: Hospital, client: FlaskClient) -> None:
        self.hospital, self.client, self.outside = hospital, client, hospital.outside
        self.wang = hospital.phone("wang")
        self.wang.follow()
        hospital.work()
        with transaction(self.outside.sessions) as session:
            rows = select(WechatIdentity).where(WechatIdentity.openid == self.wang.openid())
            identity = session.scalars(rows).one()
            identity.patient_id = make_patient(session, name="王桂芳").id
            token = sessions.open_session(session, identity.id, "page", clock.machine())
        client.set_cookie(PATIENT_COOKIE, token)

    def book(self, days: int) -> str:
        """Book the first band so many days ahead; where the confirmation page is."""
        day = clock.day_of(clock.now()) + timedelta(days=days)
        with read_only(self.outside.readers) as session:
            code = packages(session)[0].code
            slot = session.scalars(select(Slot).where(Slot.on_day == day).order_by(Slot.starts_at)).first()
        assert slot is not None
        form = {"package": code, "slot_id": slot.id, "request_id": new_id()}
        answer = self.client.post("/h5/booking", data=form)
        self.hospital.work()
        return str(answer.location).partition("?")[0]

    def titles(self) -> list[str]:
        return [card["title"] for card in self.wang.cards()]


@pytest.fixture
def visit(hospital: Hospital, client: FlaskClient) -> Visit:
    return Visit(hospital, client)


def test_from_the_confirmation_card_to_the_desk(visit: Visit) -> None:
    where = visit.book(days=3)
    [confirmed] = visit.wang.cards()
    assert confirmed["title"] == "体检预约成功通知"
    assert "基础体检套餐" in str(confirmed["lines"])
    assert "08:00" in str(confirmed["lines"])
    visit.hospital.travel(days=2, hours=9)
    assert visit.titles() == ["体检预约成功通知"]
    visit.hospital.travel(hours=1)
    assert clock.local(clock.now()).hour == 20
    reminder = visit.wang.cards()[-1]
    assert "今晚8点后不吃东西" in str(reminder["lines"])
    opened = visit.wang.tap(reminder)
    assert opened is not None
    assert where in opened
    visit.hospital.travel(hours=11, minutes=50)
    page = visit.client.get(where).text
    code = re.sub(" ", "", re.search(r'class="h5-code">([\w ]+)<', page)[1])  # type: ignore[index]
    signed_in(visit.client, visit.outside, role="front_desk", name="马丽")
    scanned = visit.client.post("/console/booking/check-in", data={"code": f"suihu-booking:{code}"})
    assert "签到成功" in scanned.text
    assert "王桂芳" in scanned.text
    assert "您已签到" in visit.client.get(where).text
    visit.hospital.travel(days=1)
    assert len(visit.wang.cards()) == 2


def test_what_was_cancelled_is_not_reminded_of(visit: Visit) -> None:
    where = visit.book(days=1)
    visit.client.post(f"{where}/cancel", data={"reason": "time"})
    visit.hospital.travel(days=2)
    assert visit.titles() == ["体检预约成功通知"]


def test_what_the_desk_cancels_the_patient_is_told(visit: Visit) -> None:
    visit.book(days=1)
    with read_only(visit.outside.readers) as session:
        booking_id = session.scalars(select(Booking.id)).one()
    signed_in(visit.client, visit.outside, role="front_desk", name="马丽")
    visit.client.post(f"/console/booking/{booking_id}/cancel", data={"reason": "unwell"})
    visit.hospital.work()
    assert visit.titles() == ["体检预约成功通知", "体检预约取消通知"]
    visit.hospital.travel(days=2)
    assert len(visit.wang.cards()) == 2


def test_a_new_day_is_opened_as_time_goes_by(visit: Visit) -> None:
    with read_only(visit.outside.readers) as session:
        before = session.scalars(select(Slot.on_day).order_by(Slot.on_day.desc())).first()
    visit.hospital.travel(days=2)
    with read_only(visit.outside.readers) as session:
        after = session.scalars(select(Slot.on_day).order_by(Slot.on_day.desc())).first()
    assert before is not None
    assert after is not None
    assert after > before
