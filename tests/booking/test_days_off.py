"""No check-up on a public holiday: not opened, not offered, not booked; who had booked is moved."""

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.trail import SYSTEM
from app.booking.bookings import book
from app.booking.catalog import load_seeds, open_ahead
from app.booking.reads import in_hand, next_due
from app.booking.reminders import remind_due
from app.booking.tables import Booking, Package, Slot
from app.booking.timetable import open_days, slots_between
from app.core import clock
from app.core.db import read_only, transaction
from app.core.fence import SET_ASIDE
from app.core.ids import new_id
from app.messaging.tables import Message
from app.seeding import SEEDS
from app.staff.workdays import forget_day, set_days
from app.wiring import Outside
from tests.factories.booking import make_package, make_slot
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.staff import signed_in

WEEK = timedelta(days=7)


def declare(outside: Outside, day: date, kind: str = "off") -> None:
    with transaction(outside.sessions) as session:
        set_days(session, SYSTEM, [day], kind, "国庆节", clock.now())


class Centre:
    """A check-up centre with a free place in a week."""

    def __init__(self, outside: Outside) -> None:
        self.outside, self.now = outside, clock.now()
        self.day = clock.day_of(self.now + WEEK)
        with transaction(outside.sessions) as session:
            self.slot: Slot = make_slot(session, clock.start_of(self.day) + timedelta(hours=9))
            self.package: Package = make_package(session)
            self.patient_id = make_patient(session, name="王秀兰").id

    def book(self) -> Booking:
        with transaction(self.outside.sessions) as session:
            return book(session, SYSTEM, self.patient_id, self.slot.id, self.package.id, new_id(), self.now)

    def tap(self, phone: FlaskClient) -> tuple[int, str]:
        form = {"package": self.package.code, "slot_id": self.slot.id, "request_id": new_id()}
        answer = phone.post("/h5/booking", data=form | {"day": self.day.isoformat()})
        return answer.status_code, answer.text


@pytest.fixture
def centre(outside: Outside) -> Centre:
    return Centre(outside)


@pytest.fixture
def phone(client: FlaskClient, centre: Centre) -> FlaskClient:
    on_the_phone(client, centre.outside, centre.patient_id)
    return client


def days_of_slots(outside: Outside) -> set[date]:
    with read_only(outside.readers) as session:
        return set(session.scalars(select(Slot.on_day)))


def test_a_holiday_is_not_opened_and_a_worked_sunday_is(outside: Outside, now: datetime) -> None:
    monday = clock.day_of(now) + timedelta(days=-clock.day_of(now).weekday() + 7)
    sunday = monday + timedelta(days=6)
    with transaction(outside.sessions) as session:
        set_days(session, SYSTEM, [monday], "off", "清明节", now)
        set_days(session, SYSTEM, [sunday], "worked", "清明节调休", now)
        load_seeds(session, SEEDS, now)
    assert monday not in days_of_slots(outside)
    assert sunday in days_of_slots(outside)
    with transaction(outside.sessions) as session:
        forget_day(session, SYSTEM, monday, now)
        assert open_ahead(session, now) > 0
    assert monday in days_of_slots(outside)


def test_the_page_offers_no_time_on_a_day_declared_off(centre: Centre, phone: FlaskClient) -> None:
    page = f"/h5/booking/packages/{centre.package.code}"
    assert centre.slot.id in phone.get(page).text
    declare(centre.outside, centre.day)
    assert "最近一个月没有可约的时间" in phone.get(page).text


def test_a_tap_on_an_old_page_is_told_of_the_holiday(centre: Centre, phone: FlaskClient) -> None:
    declare(centre.outside, centre.day)
    status, page = centre.tap(phone)
    assert status == 409
    assert "这一天放假，不做体检，请换一天。" in page


def test_a_holiday_taken_back_is_open_again(centre: Centre, phone: FlaskClient) -> None:
    declare(centre.outside, centre.day)
    with transaction(centre.outside.sessions) as session:
        forget_day(session, SYSTEM, centre.day, clock.now())
    assert centre.tap(phone)[0] == 302


def test_a_worked_sunday_taken_back_is_shut_again(outside: Outside, now: datetime) -> None:
    sunday = clock.day_of(now) + timedelta(days=6 - clock.day_of(now).weekday())
    with transaction(outside.sessions) as session:
        set_days(session, SYSTEM, [sunday], "worked", "调休", now)
        load_seeds(session, SEEDS, now)
        assert slots_between(session, sunday, sunday, now)
        forget_day(session, SYSTEM, sunday, now)
        assert not slots_between(session, sunday, sunday, now)
        assert sunday not in {day.on_day for day in open_days(session, sunday, sunday, now)}


def test_the_desk_sees_who_has_to_be_moved(centre: Centre, client: FlaskClient) -> None:
    signed_in(client, centre.outside, role="front_desk", name="马丽")
    booking = centre.book()
    assert "放假" not in client.get("/console/booking").text
    declare(centre.outside, centre.day)
    desk = client.get("/console/booking").text
    assert f"{centre.day.month} 月 {centre.day.day} 日放假，不做体检" in desk
    assert "这 1 个预约要改约" in desk
    assert "放假，还有 1 个预约" in desk
    page = client.get(f"/console/booking/{booking.id}").text
    assert "这一天放假，不做体检" in page
    assert f"/console/patients/{centre.patient_id}/phone" in page, "the desk can see whom to call"
    moved = client.post(f"/console/booking/{booking.id}/cancel", data={"reason": "day_off"})
    assert "那天放假，不做体检" in client.get(moved.location).text
    assert "放假" not in client.get("/console/booking").text


def test_the_patient_reads_it_and_is_not_asked_to_come_fasting(centre: Centre, phone: FlaskClient) -> None:
    booking = centre.book()
    declare(centre.outside, centre.day)
    page = phone.get(f"/h5/booking/{booking.id}").text
    assert "这一天不做体检" in page
    assert "取消这个预约，另选一天" in page
    for what_is_for_coming in ("给前台扫这个码", "来之前要做什么", "早上空腹来"):
        assert what_is_for_coming not in page
    assert "那天放假，要改约" in phone.get("/h5/booking").text
    evening_before = clock.start_of(centre.day) - timedelta(hours=3)
    with transaction(centre.outside.sessions) as session:
        remind_due(session, evening_before)
        assert "booking_reminder" not in session.scalars(select(Message.purpose)).all()


def reminded(outside: Outside, now: datetime) -> int:
    """How many reminders there are once those due by `now` are announced."""
    with transaction(outside.sessions) as session:
        remind_due(session, now)
    with read_only(outside.readers) as session:
        return list(session.scalars(select(Message.purpose))).count("booking_reminder")


def test_a_day_declared_off_by_mistake_is_reminded_of_once_it_is_taken_back(centre: Centre) -> None:
    centre.book()
    declare(centre.outside, centre.day)
    evening_before = clock.start_of(centre.day) - timedelta(hours=4)
    assert reminded(centre.outside, evening_before) == 0
    with transaction(centre.outside.sessions) as session:
        assert not in_hand(session, evening_before)
        assert next_due(session, evening_before) is None, "nothing happens there while the day is off"
        forget_day(session, SYSTEM, centre.day, evening_before)
        assert next_due(session, evening_before) == evening_before + SET_ASIDE
    assert reminded(centre.outside, evening_before + SET_ASIDE) == 1
    assert reminded(centre.outside, evening_before + 2 * SET_ASIDE) == 1


def test_a_day_that_stays_off_is_looked_at_no_longer_once_its_hour_has_come(centre: Centre) -> None:
    booking = centre.book()
    declare(centre.outside, centre.day)
    assert reminded(centre.outside, centre.slot.starts_at) == 0
    with transaction(centre.outside.sessions) as session:
        forget_day(session, SYSTEM, centre.day, clock.now())
        assert session.get_one(Booking, booking.id).remind_at is None
