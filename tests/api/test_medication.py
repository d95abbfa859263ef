"""Doses of a day, taken or left out, said once."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.medication.tables import Dose
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.medication import doses_of, make_regimen
from tests.factories.staff import make_account


@pytest.fixture
def doses(patient: Caller, outside: Outside) -> list[str]:
    """The ids of doses of amlodipine: one due two hours ago, then one a day."""
    with transaction(outside.sessions) as session:
        begun = clock.now() - timedelta(days=1)
        nurse = make_account(session).id
        rows = doses_of(session, make_regimen(session, patient.patient_id, nurse, begun, times=("08:00",)))
        for number, row in enumerate(rows):
            row.due_at = clock.now() + timedelta(days=number, hours=-2)
        return [row.id for row in rows]


def test_the_doses_of_today_are_shown(patient: Caller, doses: list[str], outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        day = clock.day_of(session.get_one(Dose, doses[0]).due_at).isoformat()
    shown = patient.get("/doses", day=day).get_json()
    assert (shown["day"], [dose["id"] for dose in shown["items"]]) == (day, doses[:1])
    assert (shown["items"][0]["drug"], shown["items"][0]["answerable"]) == ("氨氯地平", True)
    assert patient.get("/doses").get_json()["day"] == clock.day_of(clock.now()).isoformat()


def test_a_dose_is_taken_once(patient: Caller, doses: list[str]) -> None:
    for _ in range(2):
        answer = patient.post(f"/doses/{doses[0]}/taken")
        assert (answer.status_code, answer.get_json()["state"]) == (200, "taken")
    regimen = patient.get("/regimens").get_json()["items"][0]
    assert (regimen["drug"], regimen["due"], regimen["taken"]) == ("氨氯地平", 1, 1)


def test_a_dose_left_out_keeps_its_reason(patient: Caller, doses: list[str]) -> None:
    dose = patient.post(f"/doses/{doses[0]}/skipped", reason="forgot").get_json()
    assert (dose["state"], dose["reason"]) == ("skipped", "forgot")
    answer = patient.post(f"/doses/{doses[0]}/skipped", reason="lazy")
    assert (answer.status_code, answer.get_json()["field"]) == (422, "reason")


def test_a_dose_of_the_day_after_tomorrow_cannot_be_answered(patient: Caller, doses: list[str]) -> None:
    answer = patient.post(f"/doses/{doses[2]}/taken")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "dose_too_early")


def test_anothers_dose_is_not_there(other: Caller, doses: list[str]) -> None:
    assert other.post(f"/doses/{doses[0]}/taken").status_code == 404
    assert other.post(f"/doses/{new_id()}/skipped", reason="forgot").status_code == 404
    assert other.get("/doses").get_json()["items"] == []
