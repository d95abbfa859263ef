"""A check-up through the API: a package, a free band, a place, a QR, and the place given back."""

from datetime import datetime, timedelta

import pytest

from app.audit.trail import SYSTEM, Actor
from app.booking.checkin import check_in
from app.core import clock
from app.core.db import transaction
from app.staff.workdays import set_days
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.booking import make_package, make_slot
from tests.factories.staff import make_account

WEEK = timedelta(days=7)


@pytest.fixture
def offer(outside: Outside) -> dict[str, str]:
    """A package and a free slot in a week."""
    with transaction(outside.sessions) as session:
        slot, package = make_slot(session, in_a_week(), capacity=2), make_package(session)
        return {"slot_id": slot.id, "package_id": package.id}


def in_a_week() -> datetime:
    return (clock.now() + WEEK).replace(hour=1, minute=0, second=0, microsecond=0)


def test_the_offer_is_shown(patient: Caller, offer: dict[str, str]) -> None:
    packages = patient.get("/packages").json
    assert packages is not None and packages["items"][0]["id"] == offer["package_id"]
    day = clock.day_of(in_a_week()).isoformat()
    slots = patient.get("/slots", **{"from": day, "to": day}).json
    assert slots is not None and [(slot["id"], slot["left"]) for slot in slots["items"]] == [
        (offer["slot_id"], 2)
    ]
    assert slots["items"][0]["starts_at"] == f"{day}T09:00:00+08:00"


def test_a_holiday_is_neither_offered_nor_booked(
    patient: Caller, offer: dict[str, str], outside: Outside
) -> None:
    day = clock.day_of(in_a_week())
    with transaction(outside.sessions) as session:
        set_days(session, SYSTEM, [day], "off", "国庆节", clock.now())
    slots = patient.get("/slots", **{"from": day.isoformat(), "to": day.isoformat()}).json
    assert slots is not None and slots["items"] == []
    answer = patient.post("/bookings", **offer, request_id="one-tap-only")
    assert answer.json is not None and (answer.status_code, answer.json["code"]) == (409, "day_closed")


@pytest.mark.parametrize(
    "first, last, code",
    [
        ("2026-03-02", "2026-03-01", "span"),
        ("2026-03-01", "2026-04-02", "span"),
        ("2026-02-30", "2026-03-02", "invalid_field"),
        ("1772323200", "2026-03-02", "invalid_field"),
        ("2026-3-1", "2026-03-02", "invalid_field"),
    ],
)
def test_a_span_that_does_not_fit_is_refused(patient: Caller, first: str, last: str, code: str) -> None:
    answer = patient.get("/slots", **{"from": first, "to": last})
    assert answer.status_code == 422
    assert answer.json is not None and answer.json["code"] == code


def test_a_parameter_we_do_not_know_is_refused(patient: Caller) -> None:
    answer = patient.get("/bookings", limt=5)
    assert answer.json is not None and (answer.status_code, answer.json["field"]) == (422, "query")


def test_a_place_is_taken_once_and_shown_with_its_qr(patient: Caller, offer: dict[str, str]) -> None:
    tap = {**offer, "request_id": "one-tap-only"}
    first, second = patient.post("/bookings", **tap), patient.post("/bookings", **tap)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert first.json is not None and first.json["qr"].endswith(first.json["code"])
    assert patient.get(f"/bookings/{first.json['id']}").json == first.json
    mine = patient.get("/bookings").json
    assert mine is not None and [each["id"] for each in mine["items"]] == [first.json["id"]]


def test_a_second_check_up_on_one_day_is_refused(patient: Caller, offer: dict[str, str]) -> None:
    patient.post("/bookings", **offer)
    answer = patient.post("/bookings", **offer)
    assert answer.status_code == 409
    assert answer.json is not None and answer.json["code"] == "already_booked"


def test_a_place_is_given_back_once(patient: Caller, other: Caller, offer: dict[str, str]) -> None:
    booked = patient.post("/bookings", **offer).json
    assert booked is not None
    assert other.post(f"/bookings/{booked['id']}/cancellation").status_code == 404
    for _ in range(2):
        answer = patient.post(f"/bookings/{booked['id']}/cancellation", reason="那天有事")
        assert answer.json is not None and answer.json["state"] == "cancelled"
    day = booked["starts_at"][:10]
    slots = patient.get("/slots", **{"from": day, "to": day}).json
    assert slots is not None and slots["items"][0]["left"] == 2


def test_who_has_arrived_cannot_cancel(patient: Caller, offer: dict[str, str], outside: Outside) -> None:
    booked = patient.post("/bookings", **offer).json
    assert booked is not None
    with transaction(outside.sessions) as session:
        desk = Actor("staff", make_account(session, role="front_desk").id)
        check_in(session, desk, booked["qr"], in_a_week())
    answer = patient.post(f"/bookings/{booked['id']}/cancellation")
    assert answer.json is not None and answer.json["code"] == "already_arrived"


def test_pages_stay_in_place_while_bookings_are_added(patient: Caller, outside: Outside) -> None:
    def add(days: int) -> str:
        with transaction(outside.sessions) as session:
            slot, package = make_slot(session, in_a_week() + timedelta(days=days)), make_package(session)
            wish = {"slot_id": slot.id, "package_id": package.id}
        booked = patient.post("/bookings", **wish).json
        assert booked is not None
        return str(booked["id"])

    earlier = [add(days) for days in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = patient.get("/bookings", limit=2, **cursor).json
        assert page is not None and len(page["items"]) <= 2
        seen += [each["id"] for each in page["items"]]
        add(20 + len(seen))  # A later one, which would push everything by one place.
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == earlier[::-1]


@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "LTk5OTk5OTk5OTk5OTk5OTk5LjAw"])
def test_a_cursor_that_is_not_ours_is_refused(patient: Caller, cursor: str) -> None:
    answer = patient.get("/bookings", cursor=cursor)
    assert answer.json is not None and (answer.status_code, answer.json["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize("booking_id", ["x", "01a2043fe00970b98761130edd9a0679", "0" * 33, "%00", "..%2f"])
def test_a_booking_that_is_not_there_is_not_found(patient: Caller, booking_id: str) -> None:
    assert patient.get(f"/bookings/{booking_id}").status_code == 404
