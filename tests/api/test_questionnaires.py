"""A form answered question by question through the API: resumed, judged at once, sent once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.alerts.tables import Alert
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.messaging.tables import Message
from app.questionnaires.drafts import withdraw
from app.questionnaires.tables import Response
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.followup import make_content, make_plan, make_task

FORM = "hypertension_followup"


@pytest.fixture
def task_id(patient: Caller, outside: Outside) -> str:
    """The hypertension form, asked for now."""
    with transaction(outside.sessions) as session:
        make_plan(session, patient.patient_id, now=clock.now())
        return make_task(session, patient.patient_id, form_code=FORM, due_at=clock.now()).id


def answer_all(caller: Caller, response_id: str, pressure: str, symptoms: list[str]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for link_id, value in (("bp", pressure), ("symptoms", symptoms), ("medication_adherence", "regular")):
        state = caller.put(f"/responses/{response_id}/answers/{link_id}", value=value).get_json()
    return state


def test_what_is_asked_is_listed(patient: Caller, task_id: str) -> None:
    tasks = patient.get("/tasks").get_json()["items"]
    assert [(task["id"], task["form_code"], task["state"]) for task in tasks] == [(task_id, FORM, "open")]
    planned = patient.get("/tasks", state="planned", limit=100).get_json()["items"]
    assert planned and all(task["state"] == "planned" for task in planned)
    assert patient.get("/tasks", state="done").get_json()["items"] == []


def test_tasks_are_paged_in_order(patient: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        made = [
            make_task(session, patient.patient_id, due_at=clock.now() + timedelta(hours=hour)).id
            for hour in range(5)
        ]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = patient.get("/tasks", limit=2, **cursor).get_json()
        seen += [task["id"] for task in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == made


def test_a_form_is_resumed_where_it_was_left(patient: Caller, task_id: str) -> None:
    first = patient.post(f"/tasks/{task_id}/response").get_json()
    assert (first["state"], first["so_far"]["next"]) == ("draft", "bp")
    saved = patient.put(f"/responses/{first['id']}/answers/bp", value="138/86").get_json()
    assert (saved["next"], saved["danger"]) == ("symptoms", False)
    again = patient.post(f"/tasks/{task_id}/response").get_json()
    assert again["id"] == first["id"]
    bp = next(item for item in again["items"] if item["link_id"] == "bp")
    assert (bp["answer"], bp["words"]) == ({"systolic": 138, "diastolic": 86}, "138/86")


def test_danger_is_answered_at_once_and_alerts_once(patient: Caller, task_id: str, outside: Outside) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    state = answer_all(patient, form["id"], "182/112", ["dizziness"])
    assert state["danger"] and state["advice"][0]["text"] and state["problems"] == []
    tap = {"request_id": "submit-tap-1"}
    sent = patient.post(f"/responses/{form['id']}/submission", **tap).get_json()
    assert sent["state"] == "submitted" and sent["outcome"]["danger"]
    assert sent["outcome"]["advice"]["text"] and sent["outcome"]["next_visit_on"]
    again = patient.post(f"/responses/{form['id']}/submission", **tap).get_json()
    assert again == sent
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Alert)) >= 1
    done = patient.get("/tasks", state="done").get_json()["items"]
    assert [task["id"] for task in done] == [task_id]


def test_a_form_that_is_not_whole_is_refused_question_by_question(patient: Caller, task_id: str) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    patient.put(f"/responses/{form['id']}/answers/bp", value="138/86")
    answer = patient.post(f"/responses/{form['id']}/submission")
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (422, "incomplete")
    assert {each["field"] for each in problem["problems"]} == {"symptoms", "medication_adherence"}


@pytest.mark.parametrize(
    "link_id, value, code",
    [
        ("bp", "999/10", "blood_pressure_range"),
        ("bp", {"systolic": 80, "diastolic": 120}, "blood_pressure_order"),
        ("bp", [1, {"a": None}], "blood_pressure_shape"),
        ("symptoms", "dragons", "unknown_option"),
        ("essentials", "x", "not_a_question"),
        ("no_such_question", 1, "unknown_question"),
        ("adverse_reaction_detail", "x", "hidden_question"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_lost(
    patient: Caller, task_id: str, link_id: str, value: object, code: str
) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    patient.put(f"/responses/{form['id']}/answers/medication_adherence", value="none")
    answer = patient.put(f"/responses/{form['id']}/answers/{link_id}", value=value)
    assert answer.status_code == 422
    assert answer.get_json()["field"] == link_id
    assert answer.get_json()["code"] == code
    kept = patient.get(f"/responses/{form['id']}").get_json()["items"]
    assert next(item for item in kept if item["link_id"] == "medication_adherence")["answer"] == "none"


def test_a_complaint_beside_nothing_wrong_is_heard(patient: Caller, task_id: str, outside: Outside) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    state = patient.put(f"/responses/{form['id']}/answers/symptoms", value=["none", "chest_pain"]).get_json()
    assert state["danger"] is True
    assert "120" in state["advice"][0]["text"]
    kept = patient.get(f"/responses/{form['id']}").get_json()["items"]
    assert next(item for item in kept if item["link_id"] == "symptoms")["answer"] == ["chest_pain"]
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.reason)).all() == ["danger_symptom"]


def test_a_pressure_that_nobody_took_is_an_answer_and_nothing_is_told_as_controlled(
    patient: Caller, task_id: str
) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    asked = next(item for item in form["items"] if item["link_id"] == "bp")
    assert asked["not_measured"].startswith("今天没有量血压")
    nothing = {"absent": "not_measured"}
    state = {}
    for link_id, value in (("bp", nothing), ("symptoms", ["none"]), ("medication_adherence", "regular")):
        state = patient.put(f"/responses/{form['id']}/answers/{link_id}", value=value).get_json()
    assert state["problems"] == [] and state["danger"] is False
    sent = patient.post(f"/responses/{form['id']}/submission").get_json()
    assert "还不知道血压控制得怎么样" in sent["outcome"]["advice"]["text"]
    assert next(item for item in sent["items"] if item["link_id"] == "bp")["words"] == "没有量血压"


def test_a_form_that_was_sent_takes_no_more(patient: Caller, task_id: str) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    answer_all(patient, form["id"], "128/80", ["none"])
    patient.post(f"/responses/{form['id']}/submission")
    late = patient.put(f"/responses/{form['id']}/answers/bp", value="120/80")
    assert (late.status_code, late.get_json()["code"]) == (409, "already_submitted")
    assert patient.post(f"/tasks/{task_id}/response").get_json()["state"] == "submitted"


def test_a_draft_of_three_days_ago_has_ended(patient: Caller, task_id: str, outside: Outside) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    patient.put(f"/responses/{form['id']}/answers/bp", value="138/86")
    with transaction(outside.sessions) as session:
        session.get_one(Response, form["id"]).expires_at = clock.now() - timedelta(seconds=1)
    late = patient.put(f"/responses/{form['id']}/answers/bp", value="120/80")
    assert (late.status_code, late.get_json()["code"]) == (410, "draft_expired")
    assert patient.post(f"/tasks/{task_id}/response").get_json()["id"] != form["id"]


def test_a_form_nobody_asks_for_any_more_is_closed(patient: Caller, task_id: str, outside: Outside) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    with transaction(outside.sessions) as session:
        withdraw(session, task_id)
    assert patient.get(f"/responses/{form['id']}").get_json()["state"] == "withdrawn"
    late = patient.put(f"/responses/{form['id']}/answers/bp", value="120/80")
    assert (late.status_code, late.get_json()["code"]) == (410, "withdrawn")


def test_what_is_not_due_cannot_be_answered_yet(patient: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        planned = make_task(session, patient.patient_id, state="planned", form_code=FORM).id
    answer = patient.post(f"/tasks/{planned}/response")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_yet")


def test_anothers_form_is_not_there(patient: Caller, other: Caller, task_id: str) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()["id"]
    assert other.post(f"/tasks/{task_id}/response").status_code == 404
    assert other.get(f"/responses/{form}").status_code == 404
    assert other.put(f"/responses/{form}/answers/bp", value="120/80").status_code == 404
    assert other.post(f"/responses/{form}/submission").status_code == 404


def test_a_form_is_begun_unasked_once_a_tap(patient: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_content(session)
    first = patient.post(f"/questionnaires/{FORM}/responses", request_id="begin-tap-1")
    assert first.status_code == 201
    assert patient.post(f"/questionnaires/{FORM}/responses", request_id="begin-tap-1").json == first.json
    assert patient.post(f"/questionnaires/{FORM}/responses").get_json()["id"] != first.get_json()["id"]
    assert patient.post("/questionnaires/nothing/responses").get_json()["code"] == "no_such_form"
    assert patient.post(f"/tasks/{new_id()}/response").status_code == 404


def test_a_danger_beside_a_good_pressure_is_not_praised(
    patient: Caller, task_id: str, outside: Outside
) -> None:
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    answer_all(patient, form["id"], "120/75", ["none"])
    patient.put(f"/responses/{form['id']}/answers/heart_rate", value=35)
    sent = patient.post(f"/responses/{form['id']}/submission").get_json()
    assert sent["outcome"]["danger"]
    assert sent["outcome"]["advice"]["call_120"]
    assert "做得很好" not in sent["outcome"]["advice"]["text"]
    with read_only(outside.readers) as session:
        (told,) = session.scalars(select(Message.text).where(Message.purpose == "advice"))
        (alert,) = session.scalars(select(Alert))
    assert "120" in (told or "") and alert.urgency == "critical"
