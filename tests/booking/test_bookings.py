"""Places are taken once, given back once, and never oversold."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import SYSTEM, Actor
from app.booking.bookings import book, cancel
from app.booking.checkin import check_in
from app.booking.reminders import remind_due
from app.booking.tables import Booking, Slot
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import new_id
from app.messaging.tables import Message
from app.wiring import Outside
from tests.factories.booking import make_package, make_slot
from tests.factories.patients import make_patient
from tests.factories.staff import make_account

NEXT_WEEK = timedelta(days=7)
ONE_HOUR = timedelta(hours=1)


def test_a_hundred_people_at_once_for_ten_places_take_ten(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slot, package = make_slot(session, now + NEXT_WEEK, capacity=10), make_package(session)
        people = [make_patient(session).id for _ in range(100)]

    def try_to_book(patient_id: str) -> str:
        try:
            contend(
                outside.sessions,
                lambda session: book(session, SYSTEM, patient_id, slot.id, package.id, new_id(), now),
            )
        except Conflict as refusal:
            return refusal.code
        return "booked"

    with ThreadPoolExecutor(16) as pool:
        results = Counter(pool.map(try_to_book, people))
    assert results == {"booked": 10, "slot_full": 90}
    with read_only(outside.readers) as session:
        assert session.get_one(Slot, slot.id).taken == 10
        assert len(session.scalars(select(Booking)).all()) == 10


def test_a_double_tap_books_once_and_gets_the_same_answer(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slot, package = make_slot(session, now + NEXT_WEEK), make_package(session)
        patient_id = make_patient(session).id

    def tap(_: int) -> str:
        return contend(
            outside.sessions,
            lambda session: book(session, SYSTEM, patient_id, slot.id, package.id, "the-same-tap", now).id,
        )

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(tap, range(8)))
    assert len(answers) == 1
    with read_only(outside.readers) as session:
        assert session.get_one(Slot, slot.id).taken == 1


@pytest.mark.parametrize("other", ["slot", "package"])
def test_a_used_request_never_answers_with_another_place_or_package(
    outside: Outside, now: datetime, other: str
) -> None:
    with transaction(outside.sessions) as session:
        slots = [make_slot(session, now + NEXT_WEEK + hour * ONE_HOUR).id for hour in range(2)]
        packages = [make_package(session).id for _ in range(2)]
        patient_id = make_patient(session).id
        book(session, SYSTEM, patient_id, slots[0], packages[0], "the-same-tap", now)
        asked = (slots[1], packages[0]) if other == "slot" else (slots[0], packages[1])
        with pytest.raises(Conflict) as refused:
            book(session, SYSTEM, patient_id, *asked, "the-same-tap", now)
        assert refused.value.code == "request_id_taken"
        assert session.scalars(select(Booking.package_id)).all() == [packages[0]]


def test_booking_and_cancelling_all_at_once_keeps_the_count_true(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slots = [make_slot(session, now + NEXT_WEEK + hour * ONE_HOUR, capacity=3).id for hour in range(2)]
        package_id = make_package(session).id
        people = [make_patient(session).id for _ in range(6)]

    def act(number: int) -> None:
        chance = Random(number)
        patient_id, slot_id, leaves = chance.choice(people), chance.choice(slots), chance.random() < 0.5

        def work(session: Session) -> object:
            mine = session.scalars(
                select(Booking).where(Booking.patient_id == patient_id, Booking.state == "booked")
            ).first()
            if mine is not None and leaves:
                return cancel(session, SYSTEM, patient_id, mine.id, "time", now)
            return book(session, SYSTEM, patient_id, slot_id, package_id, new_id(), now)

        with suppress(Conflict):
            contend(outside.sessions, work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(150)))
    with read_only(outside.readers) as session:
        for slot_id in slots:
            booked = select(Booking).where(Booking.slot_id == slot_id, Booking.state == "booked")
            assert session.get_one(Slot, slot_id).taken == len(session.scalars(booked).all())


@pytest.mark.parametrize(
    "change, code",
    [
        ("full", "slot_full"),
        ("past", "slot_past"),
        ("same day", "already_booked"),
        ("gone", "slot_unknown"),
        ("other sex", "package_unfit"),
    ],
)
def test_a_booking_that_cannot_be_is_refused_by_name(
    outside: Outside, now: datetime, change: str, code: str
) -> None:
    with transaction(outside.sessions) as session:
        starts = now + (timedelta(minutes=30) if change == "past" else NEXT_WEEK)
        slot = make_slot(session, starts, capacity=1)
        package = make_package(session, sex="male" if change == "other sex" else "female")
        patient = make_patient(session, sex="female")
        if change == "full":
            book(session, SYSTEM, make_patient(session).id, slot.id, package.id, new_id(), now)
        if change == "same day":
            earlier = make_slot(session, starts + timedelta(hours=1))
            book(session, SYSTEM, patient.id, earlier.id, package.id, new_id(), now)
    slot_id = "0" * 32 if change == "gone" else slot.id
    with pytest.raises(DomainError) as refusal, transaction(outside.sessions) as session:
        book(session, SYSTEM, patient.id, slot_id, package.id, new_id(), now)
    assert refusal.value.code == code


def test_cancelling_gives_the_place_back_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slot, package, patient = (
            make_slot(session, now + NEXT_WEEK),
            make_package(session),
            make_patient(session),
        )
        booking = book(session, SYSTEM, patient.id, slot.id, package.id, new_id(), now)
    for _ in range(2):
        with transaction(outside.sessions) as session:
            assert cancel(session, SYSTEM, patient.id, booking.id, "time", now).state == "cancelled"
    with transaction(outside.sessions) as session:
        assert session.get_one(Slot, slot.id).taken == 0
        again = book(session, SYSTEM, patient.id, slot.id, package.id, new_id(), now)
        assert again.id != booking.id


def test_somebody_elses_booking_is_not_found(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slot, package, patient = (
            make_slot(session, now + NEXT_WEEK),
            make_package(session),
            make_patient(session),
        )
        booking = book(session, SYSTEM, patient.id, slot.id, package.id, new_id(), now)
        stranger = make_patient(session)
        with pytest.raises(NotFound):
            cancel(session, SYSTEM, stranger.id, booking.id, "", now)


def test_the_evening_before_is_reminded_of_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slot, package, patient = (
            make_slot(session, now + NEXT_WEEK),
            make_package(session),
            make_patient(session),
        )
        book(session, SYSTEM, patient.id, slot.id, package.id, new_id(), now)
    evening = (now + timedelta(days=6)).replace(hour=12, minute=0)  # 20:00 in Shanghai
    with transaction(outside.sessions) as session:
        assert remind_due(session, evening - timedelta(minutes=1)) == 0
        assert remind_due(session, evening) == 1
    with transaction(outside.sessions) as session:
        assert remind_due(session, evening + timedelta(hours=1)) == 0
        purposes = session.scalars(select(Message.purpose).order_by(Message.created_at)).all()
    assert sorted(purposes) == ["booking_confirmed", "booking_reminder"]


def test_the_qr_is_seen_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        slot, package, patient = (
            make_slot(session, now + NEXT_WEEK),
            make_package(session),
            make_patient(session),
        )
        booking = book(session, SYSTEM, patient.id, slot.id, package.id, new_id(), now)
        desk = Actor("staff", make_account(session, role="front_desk").id)
    with transaction(outside.sessions) as session:
        with pytest.raises(Conflict) as refusal:
            check_in(session, desk, booking.code, now)
        assert refusal.value.code == "wrong_day"
    first = slot.starts_at - timedelta(minutes=10)
    with transaction(outside.sessions) as session:
        assert check_in(session, desk, f"suihu-booking:{booking.code}", first)[1] is True
    with transaction(outside.sessions) as session:
        seen, just_now = check_in(session, desk, booking.code.lower(), first + timedelta(minutes=5))
        assert (just_now, seen.arrived_at) == (False, first)
    with transaction(outside.sessions) as session, pytest.raises(NotFound):
        check_in(session, desk, "NO-SUCH-CODE", first)
