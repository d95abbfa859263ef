"""What a patient sees: packages, free times, the confirmation with its QR, and the way out of it."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.tables import Change
from app.audit.trail import SYSTEM
from app.booking.bookings import book
from app.booking.reminders import remind_due
from app.booking.tables import Booking, Package, Slot
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.messaging.grants import note_popup
from app.messaging.tables import Message, Template
from app.wiring import Outside
from tests.factories.booking import make_package, make_site, make_slot
from tests.factories.patients import make_identity, make_patient, on_the_phone


class Centre:
    """A check-up centre with one package, and 王秀兰 at her phone."""

    def __init__(self, client: FlaskClient, outside: Outside) -> None:
        self.client, self.outside = client, outside
        # Pages read the clock themselves: their days lie ahead of the real one.
        self.now = clock.now()
        with transaction(outside.sessions) as session:
            self.package: Package = make_package(session)
            self.site = make_site(session)
            self.patient_id = make_patient(session, name="王秀兰").id
        on_the_phone(client, outside, self.patient_id)

    def slot(self, days: int = 7, hour: int = 8, *, capacity: int = 10) -> Slot:
        """An arrival band so many days ahead, at this hour on the hospital's clock."""
        day = clock.day_of(self.now) + timedelta(days=days)
        starts = clock.start_of(day) + timedelta(hours=hour)
        with transaction(self.outside.sessions) as session:
            return make_slot(session, starts, capacity=capacity, site=self.site)

    def times(self, day: date | None = None) -> str:
        return self.client.get(f"/h5/booking/packages/{self.package.code}?day={day or ''}").text

    def tap(self, slot_id: str, request_id: str | None = None) -> TestResponse:
        """Choose this time and press 预约这个时间."""
        return self.client.post(
            "/h5/booking",
            data={
                "package": self.package.code,
                "slot_id": slot_id,
                "request_id": request_id or new_id(),
            },
        )

    def bookings(self) -> Sequence[Booking]:
        with read_only(self.outside.readers) as session:
            return session.scalars(select(Booking).order_by(Booking.booked_at)).all()


@pytest.fixture
def centre(client: FlaskClient, outside: Outside) -> Centre:
    return Centre(client, outside)


def test_from_package_to_confirmation(centre: Centre) -> None:
    slot = centre.slot(hour=8)
    packages = centre.client.get("/h5/booking").text
    assert "基础体检套餐" in packages
    assert "¥368.00" in packages
    assert "到院付费" in packages
    times = centre.times()
    assert "08:00–08:30" in times
    assert "还剩 10 位" in times
    answer = centre.tap(slot.id)
    confirmation = centre.client.get(answer.location).text
    [booking] = centre.bookings()
    for words in ("预约成功", "前一天晚上 8 点", "总院体检中心，门诊楼三层", "到院付费", "早上空腹来"):
        assert words in confirmation
    assert "<svg" in confirmation
    assert " ".join(re.findall("....", booking.code)) in confirmation
    assert f'href="/h5/booking/{booking.id}"' in centre.client.get("/h5/booking").text


def test_the_confirmation_card_leads_to_the_booking(centre: Centre) -> None:
    centre.tap(centre.slot().id)
    [booking] = centre.bookings()
    with read_only(centre.outside.readers) as session:
        message = session.scalars(select(Message)).one()
        change = session.scalars(select(Change).where(Change.subject == "booking")).one()
    assert (message.purpose, message.link) == ("booking_confirmed", f"/h5/booking/{booking.id}")
    assert (change.action, change.actor_kind, change.patient_id) == ("booked", "patient", centre.patient_id)


def test_days_of_the_next_month_are_offered_and_full_ones_said_so(centre: Centre) -> None:
    far, full = centre.slot(days=25, capacity=3), centre.slot(days=5, capacity=1)
    with transaction(centre.outside.sessions) as session:
        session.get_one(Slot, full.id).taken = 1
    page = centre.times()
    assert f"day={far.on_day}" in page
    assert "余3" in page
    assert "约满" in page
    assert "已约满" in centre.times(full.on_day)
    assert "预约这个时间" not in centre.times(full.on_day)


def test_the_day_with_the_first_free_place_is_open_already(centre: Centre) -> None:
    full, free = centre.slot(days=3, hour=9, capacity=1), centre.slot(days=4, hour=10)
    with transaction(centre.outside.sessions) as session:
        session.get_one(Slot, full.id).taken = 1
    page = centre.times()
    assert free.id in page
    assert full.id not in page


def test_without_any_free_time_the_page_says_so(centre: Centre) -> None:
    assert "最近一个月没有可约的时间" in centre.times()


def test_a_time_taken_meanwhile_keeps_the_page_and_says_so(centre: Centre) -> None:
    slot, other = centre.slot(capacity=1), centre.slot(hour=9)
    with transaction(centre.outside.sessions) as session:
        session.get_one(Slot, slot.id).taken = 1
    answer = centre.tap(slot.id)
    assert answer.status_code == 409
    assert "这个时段刚刚约满了，请换一个时段" in answer.text
    assert other.id in answer.text
    assert not centre.bookings()


def test_nothing_chosen_is_said_and_nothing_lost(centre: Centre) -> None:
    centre.slot()
    answer = centre.tap("")
    assert answer.status_code == 422
    assert "请先选一个到达时间" in answer.text


def test_a_page_without_its_request_id_books_nothing(centre: Centre) -> None:
    answer = centre.tap(centre.slot().id, request_id="x")
    assert answer.status_code == 422
    assert "页面已过期" in answer.text
    assert not centre.bookings()


def test_a_double_tap_books_once_and_shows_the_same_booking(centre: Centre) -> None:
    slot, tap = centre.slot(), new_id()
    first, second = centre.tap(slot.id, tap), centre.tap(slot.id, tap)
    assert first.location == second.location
    assert len(centre.bookings()) == 1


def test_going_back_and_choosing_another_time_is_no_double_tap(centre: Centre) -> None:
    tap = new_id()
    centre.tap(centre.slot(days=7).id, tap)
    answer = centre.tap(centre.slot(days=8).id, tap)
    assert answer.status_code == 409
    assert "请重新选时间" in answer.text
    assert len(centre.bookings()) == 1


def test_going_back_after_cancelling_does_not_show_the_cancelled_one_as_booked(centre: Centre) -> None:
    slot, tap = centre.slot(), new_id()
    booked = centre.tap(slot.id, tap).location
    centre.client.post(booked.split("?")[0] + "/cancel", data={"reason": "time"})
    answer = centre.tap(slot.id, tap)
    assert answer.status_code == 409
    assert "已经取消" in answer.text
    assert centre.tap(slot.id).status_code == 302


def test_one_check_up_a_person_and_day(centre: Centre) -> None:
    centre.tap(centre.slot(hour=8).id)
    answer = centre.tap(centre.slot(hour=9).id)
    assert answer.status_code == 409
    assert "这一天已经约过体检了" in answer.text


def test_somebody_elses_booking_is_not_there(centre: Centre) -> None:
    slot = centre.slot()
    with transaction(centre.outside.sessions) as session:
        other = make_patient(session, name="李建国").id
        theirs = book(session, SYSTEM, other, slot.id, centre.package.id, new_id(), centre.now).id
    assert centre.client.get(f"/h5/booking/{theirs}").status_code == 404
    assert centre.client.post(f"/h5/booking/{theirs}/cancel").status_code == 404
    assert centre.bookings()[0].state == "booked"


def test_cancelling_gives_the_place_back_and_stops_the_reminder(centre: Centre) -> None:
    slot = centre.slot(capacity=1)
    where = centre.tap(slot.id).location.split("?")[0]
    cancelled = centre.client.post(f"{where}/cancel", data={"reason": "unwell"}, follow_redirects=True).text
    assert "已经取消" in cancelled
    assert "位置已经空出来" in cancelled and "让给别人" not in cancelled
    assert "h5-hero-quiet" in cancelled, "the green of success is not for what was cancelled"
    assert "给前台扫这个码" not in cancelled
    with transaction(centre.outside.sessions) as session:
        assert session.get_one(Slot, slot.id).taken == 0
        assert remind_due(session, slot.starts_at - timedelta(hours=1)) == 0
        states = session.execute(select(Message.purpose, Message.state)).all()
        actions = session.scalars(select(Change.action).where(Change.subject == "booking")).all()
    assert states == [("booking_confirmed", "cancelled")]
    assert sorted(actions) == ["booked", "cancelled"]
    assert centre.tap(slot.id).status_code == 302


def test_too_late_to_cancel_the_page_says_what_to_do(centre: Centre) -> None:
    with transaction(centre.outside.sessions) as session:
        slot = make_slot(session, centre.now + timedelta(minutes=90))
    where = centre.tap(slot.id).location.split("?")[0]
    answer = centre.client.post(f"{where}/cancel")
    assert answer.status_code == 409
    assert "请直接打电话" in answer.text
    assert centre.bookings()[0].state == "booked"


def test_booked_the_evening_before_no_reminder_is_promised(centre: Centre) -> None:
    with transaction(centre.outside.sessions) as session:
        slot = make_slot(session, centre.now + timedelta(hours=2))
    page = centre.client.get(centre.tap(slot.id).location).text
    assert "晚上 8 点，微信上会再提醒您" not in page
    assert "时间很近了" in page


def test_a_day_that_went_by_is_told_without_blame(centre: Centre, now: datetime) -> None:
    with transaction(centre.outside.sessions) as session:
        slot = make_slot(session, now + timedelta(days=3))
        missed = book(session, SYSTEM, centre.patient_id, slot.id, centre.package.id, new_id(), now).id
    assert "没有来" in centre.client.get(f"/h5/booking/{missed}").text
    page = centre.client.get("/h5/booking").text
    assert "以前的预约（1）" in page
    assert "我的预约" not in page


def test_a_package_for_women_is_not_offered_to_a_man(centre: Centre) -> None:
    with transaction(centre.outside.sessions) as session:
        make_package(session, name="妇科专项").sex = "female"
        man = make_patient(session, name="李建国", sex="male").id
    assert "妇科专项" in centre.client.get("/h5/booking").text
    on_the_phone(centre.client, centre.outside, man)
    assert "妇科专项" not in centre.client.get("/h5/booking").text


def test_what_nobody_has_confirmed_yet_is_no_patients_worry(centre: Centre) -> None:
    """The mark is for staff; she is told what to do before she comes."""
    slot_id = centre.slot().id
    with transaction(centre.outside.sessions) as session:
        assert session.get_one(Package, centre.package.id).needs_review
    for page in (centre.times(), centre.client.get(centre.tap(slot_id).location).text):
        assert "来之前要做什么" in page
        assert "待临床审核" not in page


def test_a_visitor_without_a_card_is_sent_to_activation(client: FlaskClient, outside: Outside) -> None:
    on_the_phone(client, outside)
    assert client.get("/h5/booking").location == "/h5/activate"
    client.delete_cookie("suihu_patient")
    assert client.get("/h5/booking").location.startswith("/h5/login")


def reminder_template(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.add(
            Template(
                lane="mp_subscribe",
                purpose="booking_reminder",
                wechat_template_id="MpSubBooking",
                title="体检预约提醒",
                keys={"thing1": "what"},
                long_term=False,
            )
        )


def test_the_confirmation_asks_for_the_reminder_and_says_when_it_is_on(
    client: FlaskClient, outside: Outside
) -> None:
    centre = Centre(client, outside)
    reminder_template(outside)
    with transaction(outside.sessions) as session:
        identity = make_identity(session, centre.patient_id, app_kind="mp")
    centre.tap(centre.slot().id)
    (booking,) = centre.bookings()
    address = f"/h5/booking/{booking.id}"
    assert 'data-templates="MpSubBooking"' in client.get(address).text
    refused = client.post(
        f"{address}/subscribed", data={"answers": '{"MpSubBooking":"reject"}'}, follow_redirects=True
    )
    assert "没有打开提醒" in refused.text
    answered = client.post(
        f"{address}/subscribed", data={"answers": '{"MpSubBooking":"accept"}'}, follow_redirects=True
    )
    assert "打开体检提醒" in answered.text, "the page's word is not WeChat's"
    assert f'hx-get="{address}/reminding"' in answered.text
    waiting = client.get(f"{address}/reminding")
    with transaction(outside.sessions) as session:
        note_popup(session, identity.id, {"MpSubBooking": "accept"}, clock.now())
    told = client.get(f"{address}/reminding", headers={"If-None-Match": waiting.headers["ETag"]})
    assert "小程序提醒已开启" in told.text
    shown = client.get(address).text
    assert "小程序提醒已开启" in shown
    assert "打开体检提醒" not in shown


def test_a_booking_too_near_for_a_reminder_asks_for_none(client: FlaskClient, outside: Outside) -> None:
    centre = Centre(client, outside)
    reminder_template(outside)
    centre.tap(centre.slot().id)
    (booking,) = centre.bookings()
    with transaction(outside.sessions) as session:
        session.get_one(Booking, booking.id).remind_at = None
    assert "打开体检提醒" not in client.get(f"/h5/booking/{booking.id}").text
