"""The desk: the list of the day, the QR, the dead phone, the call to cancel; and who may see it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access, Change
from app.audit.trail import SYSTEM
from app.booking.bookings import book
from app.booking.tables import Booking, Slot
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.messaging.tables import Message
from app.patients.tables import Patient
from app.wiring import Outside
from tests.factories.booking import make_package, make_slot
from tests.factories.patients import make_patient
from tests.factories.staff import signed_in


class Desk:
    """马丽 at the desk, on a day that is today for the pages."""

    def __init__(self, client: FlaskClient, outside: Outside) -> None:
        self.client, self.outside = client, outside
        self.now = clock.now()
        self.staff = signed_in(client, outside, role="front_desk", name="马丽")

    def expect(self, name: str = "王秀兰", days: int = 0) -> Booking:
        """Somebody has booked for 17:00 so many days from today."""
        day = clock.day_of(self.now) + timedelta(days=days)
        starts = clock.start_of(day) + timedelta(hours=17)
        with transaction(self.outside.sessions) as session:
            slot, patient = make_slot(session, starts), make_patient(session, name=name)
            when = starts - timedelta(days=3)
            return book(session, SYSTEM, patient.id, slot.id, make_package(session).id, new_id(), when)

    def scan(self, text: str) -> tuple[int, str]:
        answer = self.client.post("/console/booking/check-in", data={"code": text})
        return answer.status_code, answer.text

    def changes(self) -> list[Change]:
        with read_only(self.outside.readers) as session:
            rows = select(Change).where(Change.subject == "booking", Change.actor_kind == "staff")
            return list(session.scalars(rows))


@pytest.fixture
def desk(client: FlaskClient, outside: Outside) -> Desk:
    return Desk(client, outside)


def test_the_list_of_the_day_tells_two_people_of_one_name_apart(desk: Desk) -> None:
    desk.expect("王秀兰")
    desk.expect("王秀兰")
    desk.expect("李建国", days=1)
    page = desk.client.get("/console/booking").text
    assert "预约 2 人，已到 0 人" in page
    assert page.count("139****") == 2
    assert "李建国" not in page
    tomorrow = clock.day_of(desk.now) + timedelta(days=1)
    assert "李建国" in desk.client.get(f"/console/booking?day={tomorrow}").text


@pytest.mark.parametrize("day", ["2026-13-40", "tomorrow", "", "0000-00-00"])
def test_a_day_that_is_none_is_today(desk: Desk, day: str) -> None:
    assert "今天，" in desk.client.get(f"/console/booking?day={day}").text


@pytest.mark.parametrize("shape", ["suihu-booking:{}", "SUIHU-BOOKING:{}", "{}", "  {}\n", "lower", "spaced"])
def test_the_qr_and_the_typed_code_both_check_in(desk: Desk, shape: str) -> None:
    booking = desk.expect("王秀兰")
    spaced = " ".join(booking.code[at : at + 4] for at in range(0, 16, 4))
    text = {"lower": booking.code.lower(), "spaced": spaced}.get(shape) or shape.format(booking.code)
    status, page = desk.scan(text)
    assert status == 200
    assert "签到成功" in page
    assert "王秀兰" in page
    assert "已到 1 人" in page


def test_a_second_scan_says_when_the_first_was(desk: Desk) -> None:
    booking = desk.expect()
    desk.scan(booking.code)
    status, page = desk.scan(booking.code)
    assert status == 200
    assert "重复签到" in page
    assert [change.action for change in desk.changes()] == ["arrived"]


def test_another_days_qr_is_told_with_its_day(desk: Desk) -> None:
    booking = desk.expect(days=2)
    day = clock.day_of(desk.now) + timedelta(days=2)
    status, page = desk.scan(booking.code)
    assert status == 409
    assert f"{day.month} 月 {day.day} 日的，不是今天" in page
    assert not desk.changes()


def test_an_unknown_code_points_to_the_search_by_name(desk: Desk) -> None:
    status, page = desk.scan("NO-SUCH-CODE")
    assert status == 404
    assert "按姓名查找" in page
    assert desk.scan("")[0] == 404


@pytest.mark.parametrize("text", ["秀兰", "wangxiulan", "wxl", "WXL", " 王秀兰 "])
def test_with_a_dead_phone_the_person_is_found_by_name(desk: Desk, text: str) -> None:
    booking = desk.expect("王秀兰")
    desk.expect("李建国")
    page = desk.client.post("/console/booking", data={"q": text}).text
    assert "王秀兰" in page
    assert "李建国" not in page
    answer = desk.client.post(f"/console/booking/{booking.id}/check-in")
    assert "签到成功" in answer.text
    [change] = desk.changes()
    assert (change.action, change.detail, change.actor_id) == ("arrived", {"how": "name"}, desk.staff.id)


def test_with_a_dead_phone_the_number_or_the_identity_card_does_too(desk: Desk) -> None:
    booking = desk.expect("王秀兰")
    desk.expect("李建国")
    with read_only(desk.outside.readers) as session:
        patient = session.get_one(Patient, booking.patient_id)
        known = (patient.phone, (patient.id_number or "")[-4:])
    for text in known:
        page = desk.client.post("/console/booking", data={"q": text}).text
        assert "王秀兰" in page
        assert "李建国" not in page


def test_a_search_looks_ahead_and_treats_signs_as_letters(desk: Desk) -> None:
    desk.expect("王秀兰", days=5)
    assert "1 个预约" in desk.client.post("/console/booking", data={"q": "王秀"}).text
    for sign in ("%", "_"):
        assert "没有找到这个人的预约" in desk.client.post("/console/booking", data={"q": sign}).text


def test_who_is_looked_for_never_stands_in_an_address(desk: Desk) -> None:
    desk.expect("王秀兰")
    page = desk.client.get("/console/booking?q=李").text
    assert "王秀兰" in page and "没有找到" not in page


def test_checking_in_by_name_on_another_day_is_refused(desk: Desk) -> None:
    booking = desk.expect(days=1)
    answer = desk.client.post(f"/console/booking/{booking.id}/check-in")
    assert answer.status_code == 409
    assert "不是今天" in answer.text


def test_seeing_one_booking_leaves_a_trace(desk: Desk) -> None:
    booking = desk.expect("王秀兰")
    assert "王秀兰" in desk.client.get(f"/console/booking/{booking.id}").text
    with read_only(desk.outside.readers) as session:
        [seen] = session.scalars(select(Access))
    assert (seen.what, seen.patient_id, seen.actor_id) == ("booking", booking.patient_id, desk.staff.id)
    assert desk.client.get(f"/console/booking/{new_id()}").status_code == 404


def test_who_calls_too_late_to_cancel_alone_is_cancelled_at_the_desk_and_told(desk: Desk) -> None:
    booking = desk.expect("王秀兰")
    answer = desk.client.post(
        f"/console/booking/{booking.id}/cancel", data={"reason": "unwell"}, follow_redirects=True
    )
    assert "已取消" in answer.text
    assert "身体不舒服" in answer.text
    with read_only(desk.outside.readers) as session:
        slot = session.get_one(Slot, booking.slot_id)
        told = session.execute(
            select(Message.purpose, Message.state).order_by(Message.purpose, Message.state)
        ).all()
    assert slot.taken == 0
    assert told == [("booking_cancelled", "queued"), ("booking_confirmed", "cancelled")]
    assert desk.scan(booking.code)[0] == 409


def test_who_has_arrived_or_did_not_come_is_not_cancelled(desk: Desk) -> None:
    here, missed = desk.expect(), desk.expect(days=-1)
    desk.scan(here.code)
    for booking, words in ((here, "已经签到了"), (missed, "已经过去了")):
        answer = desk.client.post(f"/console/booking/{booking.id}/cancel", data={"reason": "time"})
        assert answer.status_code == 409
        assert words in answer.text
    assert "没有来" in desk.client.get(f"/console/booking/{missed.id}").text


@pytest.mark.parametrize(
    "role, status",
    [("front_desk", 200), ("nurse", 200), ("administrator", 200), ("doctor", 403), ("pharmacist", 403)],
)
def test_the_desk_is_for_those_who_work_at_it(
    client: FlaskClient, outside: Outside, role: str, status: int
) -> None:
    signed_in(client, outside, role=role)
    assert client.get("/console/booking").status_code == status
    assert client.post("/console/booking/check-in", data={"code": "x"}).status_code == (
        403 if status == 403 else 404
    )


def test_nobody_sees_the_desk_without_signing_in(client: FlaskClient) -> None:
    for path in ("/console/booking", f"/console/booking/{new_id()}"):
        assert client.get(path).location.startswith("/console/login")
