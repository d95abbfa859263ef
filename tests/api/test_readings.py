"""Readings through the API: recorded once, refused by name, paged in place, dangerous ones heard."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.alerts.tables import Alert
from app.core import clock
from app.core.db import read_only, transaction
from app.messaging.tables import Message
from app.records.tables import Reading
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.followup import make_content
from tests.factories.records import make_reading

PRESSURE = [{"indicator": "SBP", "value": 128}, {"indicator": "DBP", "value": 80}]

UPSIDE_DOWN = [{"indicator": "SBP", "value": 80}, {"indicator": "DBP", "value": 120}]


def measured(ago: timedelta = timedelta(minutes=5)) -> str:
    return clock.local(clock.now() - ago).isoformat()


def test_a_pressure_is_recorded_once(patient: Caller, outside: Outside) -> None:
    tap: dict[str, Any] = {"values": PRESSURE, "measured_at": measured(), "request_id": "reading-tap"}
    first, second = patient.post("/readings", **tap), patient.post("/readings", **tap)
    assert (first.status_code, first.json) == (201, second.json)
    assert first.get_json()["advice"] is None
    assert [(each["indicator"], each["unit"]) for each in first.get_json()["items"]] == [
        ("SBP", "mmHg"),
        ("DBP", "mmHg"),
    ]
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Reading)) == 2


def test_a_dangerous_pressure_is_answered_and_heard(patient: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_content(session)
    values = [{"indicator": "SBP", "value": 182}, {"indicator": "DBP", "value": 112}]
    answer = patient.post("/readings", values=values, measured_at=measured()).get_json()
    assert answer["advice"]["text"]
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.reason)).all() == ["bp_emergency"]


@pytest.mark.parametrize(
    ("ago", "urgency", "words"),
    [
        (timedelta(minutes=5), "critical", "脉搏太慢或太快"),
        (timedelta(days=2), "high", "再量一次"),
        (timedelta(days=30), "normal", None),
    ],
)
def test_a_dangerous_pulse_is_answered_and_heard_by_how_long_ago_it_was(
    patient: Caller, outside: Outside, ago: timedelta, urgency: str, words: str | None
) -> None:
    with transaction(outside.sessions) as session:
        make_content(session)
    tap: dict[str, Any] = {"values": [{"indicator": "HR", "value": 35}], "request_id": "pulse-tap"}
    answers = [patient.post("/readings", measured_at=measured(ago), **tap).get_json() for _ in range(2)]
    for answer in answers:
        assert (answer["advice"] is None) is (words is None)
        assert words is None or words in answer["advice"]["text"] and "现在" not in answer["advice"]["text"]
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.urgency)).all() == [urgency]
        sent = session.scalars(select(Message.text).where(Message.purpose == "advice")).all()
        assert len(sent) == (words is not None)


@pytest.mark.parametrize(
    "change, code",
    [
        ({"values": PRESSURE[:1]}, "pressure_pair"),
        ({"values": [PRESSURE[0], PRESSURE[0]]}, "repeated_indicator"),
        ({"values": UPSIDE_DOWN}, "pressure_order"),
        ({"values": [{"indicator": "GLU", "value": 120}]}, "unit_suspect"),
        ({"values": [{"indicator": "HR", "value": 900}]}, "implausible"),
        ({"values": [{"indicator": "HR", "value": 0}]}, "invalid_field"),
        ({"values": [{"indicator": "HR", "value": "72"}]}, "invalid_field"),
        ({"values": [{"indicator": "SOUL", "value": 21}]}, "invalid_field"),
        ({"values": []}, "invalid_field"),
        ({"measured_at": "2026-03-02T07:30:00"}, "invalid_field"),
        ({"measured_at": "2026-02-30T07:30:00+08:00"}, "invalid_field"),
        ({"measured_at": "0001-01-01T00:00:00+14:00"}, "invalid_field"),
        ({"measured_at": "2199-01-01T00:00:00Z"}, "measured_in_future"),
        ({"measured_at": "1966-04-30T23:59:00+08:00"}, "measured_before_birth"),
        ({"measured_at": "1970-01-01T00:00:00Z"}, "measured_too_long_ago"),
    ],
)
def test_what_cannot_be_is_refused_by_name(patient: Caller, change: dict[str, Any], code: str) -> None:
    answer = patient.post("/readings", **{"values": PRESSURE, "measured_at": measured(), **change})
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


def test_pages_stay_in_place_while_readings_are_added(
    patient: Caller, other: Caller, outside: Outside
) -> None:
    def add(caller: Caller, days: float) -> str:
        with transaction(outside.sessions) as session:
            at = clock.now() - timedelta(days=days)
            return make_reading(session, caller.patient_id, measured_at=at).id

    newest_first = [add(patient, days) for days in (1, 2, 2.5, 3, 4)]
    add(other, 2)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = patient.get("/readings", indicator="SBP", limit=2, **cursor).get_json()
        seen += [each["id"] for each in page["items"]]
        add(patient, 0.5)
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == newest_first
    assert patient.get("/readings", indicator="DBP").get_json()["items"] == []


def test_after_the_consent_was_withdrawn_nothing_is_taken(patient: Caller) -> None:
    """The program is told why, by a code of its own."""
    assert patient.post("/me/consents/health_data/withdrawal").status_code == 200
    refused = patient.post("/readings", values=PRESSURE, measured_at=measured())
    assert (refused.status_code, refused.get_json()["code"]) == (409, "health_data_withdrawn")
    assert patient.get("/readings").get_json()["items"] == []
