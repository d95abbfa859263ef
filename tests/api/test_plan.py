"""My plan: what comes next, in two queries; and how to stop."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from app.core import clock
from app.core.db import read_only, transaction
from app.followup.my_plan import my_plan
from app.followup.reads import plan_of
from app.patients.tables import Patient
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.followup import make_plan
from tests.factories.staff import make_account


@pytest.fixture
def enrolled(patient: Caller, outside: Outside) -> Caller:
    """A patient whose plan begins today."""
    with transaction(outside.sessions) as session:
        make_plan(session, patient.patient_id, now=clock.now())
    return patient


def test_the_plan_says_what_comes_next_why_and_who_asks(enrolled: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.get_one(Patient, enrolled.patient_id).nurse_id = make_account(session, name="李敏").id
    plan = enrolled.get("/plan").get_json()["plan"]
    assert (plan["state"], plan["who"]) == ("active", "李敏护士")
    assert [visit["due_at"] for visit in plan["ahead"]] == sorted(visit["due_at"] for visit in plan["ahead"])
    assert all(visit["purpose"] and visit["due_at"].endswith("+08:00") for visit in plan["ahead"])


def test_api_and_pages_show_the_same_plan(enrolled: Caller, outside: Outside) -> None:
    with read_only(outside.readers) as session:
        shown = plan_of(session, enrolled.patient_id)
        found = my_plan(session.connection(), enrolled.patient_id)
    assert shown is not None and found is not None
    assert (found.row.plan_id, found.title, found.who) == (shown.plan.id, shown.title, shown.who)
    assert [task.task_id for task in found.ahead] == [task.id for task in shown.ahead]


def test_it_costs_two_queries(enrolled: Caller, outside: Outside) -> None:
    enrolled.get("/plan")
    engine: Engine = outside.readers.kw["bind"]
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(engine, "before_cursor_execute", note)
    assert enrolled.get("/plan").status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 2, asked


def test_who_has_no_plan_is_told_so(patient: Caller) -> None:
    assert patient.get("/plan").get_json() == {"plan": None}


def test_before_the_card_there_is_no_plan(newcomer: Caller) -> None:
    answer = newcomer.get("/plan")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_card")


def test_a_plan_is_stopped_once_and_asks_no_more(enrolled: Caller) -> None:
    plan_id = enrolled.get("/plan").get_json()["plan"]["plan_id"]
    first = enrolled.post("/plan/stop", plan_id=plan_id, reason="在别的医院随访").get_json()["plan"]
    assert (first["state"], first["ahead"]) == ("ended", [])
    again = enrolled.post("/plan/stop", plan_id=plan_id, reason="再点一次").get_json()["plan"]
    assert again["ended_at"] == first["ended_at"]


def test_nobody_stops_anothers_plan(enrolled: Caller, other: Caller) -> None:
    plan_id = enrolled.get("/plan").get_json()["plan"]["plan_id"]
    assert other.post("/plan/stop", plan_id=plan_id, reason="x").status_code == 404


def test_a_plan_that_runs_is_shown_before_one_that_ended(enrolled: Caller, outside: Outside) -> None:
    first = enrolled.get("/plan").get_json()["plan"]["plan_id"]
    enrolled.post("/plan/stop", plan_id=first, reason="停一下")
    with transaction(outside.sessions) as session:
        second = make_plan(session, enrolled.patient_id, now=clock.now() + timedelta(days=1), key="again").id
    plan = enrolled.get("/plan").get_json()["plan"]
    assert (plan["plan_id"], plan["state"]) == (second, "active")
    assert plan["ahead"]
