"""A danger in what is refused is heard all the same, once; the refusal says first what to do."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.alerts.tables import Alert, AlertCause
from app.core import clock
from app.core.db import read_only, transaction
from app.messaging.tables import Message
from app.questionnaires.tables import Answer, Response
from app.records.tables import Reading
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.followup import make_content, make_task
from tests.factories.patients import on_the_phone

FORM = "hypertension_followup"
HIGH = [{"indicator": "SBP", "value": 210}, {"indicator": "DBP", "value": 125}]
CALM = [{"indicator": "SBP", "value": 128}, {"indicator": "DBP", "value": 80}]


@pytest.fixture
def form_id(patient: Caller, outside: Outside) -> str:
    """A form she has begun with 128/80."""
    with transaction(outside.sessions) as session:
        make_content(session)
        task_id = make_task(session, patient.patient_id, form_code=FORM, due_at=clock.now()).id
    form = patient.post(f"/tasks/{task_id}/response").get_json()
    patient.put(f"/responses/{form['id']}/answers/bp", value="128/80", request_id="answer-0001")
    return str(form["id"])


def expired(outside: Outside, form_id: str) -> None:
    with transaction(outside.sessions) as session:
        session.execute(update(Response).where(Response.id == form_id).values(expires_at=clock.now()))


def submitted(patient: Caller, form_id: str) -> None:
    for link_id, value in (("symptoms", ["none"]), ("medication_adherence", "regular")):
        patient.put(f"/responses/{form_id}/answers/{link_id}", value=value)
    assert patient.post(f"/responses/{form_id}/submission").status_code == 200


def heard(outside: Outside) -> tuple[list[str], int, int]:
    """(titles of the critical alerts, how many causes there are, how many urgent messages of advice)."""
    with read_only(outside.readers) as session:
        urgent = select(func.count()).select_from(Message)
        return (
            list(session.scalars(select(Alert.title).where(Alert.urgency == "critical"))),
            session.scalar(select(func.count()).select_from(AlertCause)) or 0,
            session.scalar(urgent.where(Message.purpose == "advice", Message.urgent)) or 0,
        )


def refused(answer: TestResponse) -> tuple[int, str]:
    """(status, code) of a refusal whose words say what to do."""
    problem = answer.get_json()
    assert "拨打 120" in problem["title"]
    assert problem["call_120"] is True
    return answer.status_code, problem["code"]


def test_an_answer_to_an_expired_draft(patient: Caller, form_id: str, outside: Outside) -> None:
    expired(outside, form_id)
    for _ in range(2):
        answer = patient.put(f"/responses/{form_id}/answers/bp", value="216/127", request_id="answer-0002")
        assert refused(answer) == (410, "draft_expired")
        assert "重新打开" in answer.get_json()["title"]
    titles, causes, messages = heard(outside)
    assert (len(titles), causes, messages) == (1, 1, 1)
    assert "216/127" in titles[0]
    with read_only(outside.readers) as session:
        assert "没有收下" in session.scalars(select(Alert.detail)).one()
        assert session.scalars(select(Answer.value)).all() == [{"systolic": 128, "diastolic": 80}]


def test_an_answer_to_a_form_that_was_sent(patient: Caller, form_id: str, outside: Outside) -> None:
    submitted(patient, form_id)
    before = heard(outside)
    assert before[0] == []
    for link_id, value in (("bp", "215/126"), ("symptoms", ["chest_pain"])):
        answer = patient.put(f"/responses/{form_id}/answers/{link_id}", value=value)
        assert refused(answer) == (409, "already_submitted")
    titles, causes, _ = heard(outside)
    assert len(titles) == 1 and causes == before[1] + 2
    assert "215/126" in titles[0] and "危急症状" in titles[0]


def test_what_a_sent_form_says_already_is_no_news(patient: Caller, form_id: str, outside: Outside) -> None:
    patient.put(f"/responses/{form_id}/answers/bp", value="215/126")
    submitted(patient, form_id)
    before = heard(outside)
    again = patient.put(f"/responses/{form_id}/answers/bp", value="215/126")
    assert (again.status_code, again.get_json()["code"]) == (409, "already_submitted")
    assert heard(outside) == before


def test_another_answer_under_a_used_request(patient: Caller, form_id: str, outside: Outside) -> None:
    for _ in range(2):
        answer = patient.put(f"/responses/{form_id}/answers/bp", value="216/127", request_id="answer-0001")
        assert refused(answer) == (409, "request_id_taken")
    titles, causes, messages = heard(outside)
    assert (len(titles), causes, messages) == (1, 1, 1)


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(minutes=4)], ids=["a second", "minutes"])
def test_a_reading_a_little_ahead_of_our_clock_is_kept_and_heard(
    patient: Caller, form_id: str, outside: Outside, ahead: timedelta
) -> None:
    answer = patient.post("/readings", values=HIGH, measured_at=(clock.now() + ahead).isoformat())
    assert answer.status_code == 201 and answer.get_json()["advice"]["call_120"]
    assert heard(outside)[0] == ["自测血压 210/125"]


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2199-01-01T00:00:00Z", "measured_in_future"),
        ("1970-01-01T00:00:00Z", "measured_too_long_ago"),
        ("1950-01-01T00:00:00Z", "measured_before_birth"),
    ],
)
def test_a_reading_of_an_impossible_moment_is_heard_as_of_now(
    patient: Caller, form_id: str, outside: Outside, moment: str, code: str
) -> None:
    reading: dict[str, Any] = {"values": HIGH, "measured_at": moment, "request_id": "reading-0001"}
    assert refused(patient.post("/readings", **reading)) == (422, code)
    assert refused(patient.post("/readings", **reading)) == (422, code)
    assert heard(outside) == (["自测血压 210/125"], 1, 1)
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Reading)) == 0


def test_a_reading_under_a_used_request(patient: Caller, form_id: str, outside: Outside) -> None:
    at = clock.now().isoformat()
    assert patient.post("/readings", values=CALM, measured_at=at, request_id="r-0000001").status_code == 201
    for _ in range(2):
        answer = patient.post("/readings", values=HIGH, measured_at=at, request_id="r-0000001")
        assert refused(answer) == (409, "request_id_taken")
    assert heard(outside) == (["自测血压 210/125"], 1, 1)


def test_the_page_says_what_to_do_before_it_says_that_the_form_has_ended(
    client: FlaskClient, patient: Caller, form_id: str, outside: Outside
) -> None:
    expired(outside, form_id)
    on_the_phone(client, outside, patient.patient_id)
    pressure, path = {"bp.systolic": "216", "bp.diastolic": "127"}, f"/h5/responses/{form_id}/answers/bp"
    page = client.post(path, data=pressure)
    assert page.status_code == 410
    assert page.text.index("血压很高，请马上处理") < page.text.index("已经过期")
    assert 'href="tel:120"' in page.text
    part = client.post(path, data=pressure, headers={"HX-Request": "true"})
    assert "血压很高，请马上处理" in part.text
    titles, causes, messages = heard(outside)
    assert (len(titles), causes, messages) == (1, 1, 1)
