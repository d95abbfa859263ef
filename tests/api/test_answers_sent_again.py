"""One answer of a form, sent again: the same request gets the same answer and undoes nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import read_only, transaction
from app.questionnaires.tables import AnswerTold, Response
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.followup import make_content, make_plan, make_task

FORM = "hypertension_followup"


@pytest.fixture
def form(patient: Caller, outside: Outside) -> str:
    """The id of a draft of the hypertension form."""
    with transaction(outside.sessions) as session:
        make_plan(session, patient.patient_id, now=clock.now())
        task = make_task(session, patient.patient_id, form_code=FORM, due_at=clock.now()).id
    return str(patient.post(f"/tasks/{task}/response").get_json()["id"])


def given(caller: Caller, form: str, link_id: str) -> Any:
    items = caller.get(f"/responses/{form}").get_json()["items"]
    return next(item["answer"] for item in items if item["link_id"] == link_id)


def test_a_late_repeat_does_not_undo_a_newer_answer(patient: Caller, form: str) -> None:
    path = f"/responses/{form}/answers/bp"
    first = patient.put(path, value="182/112", request_id="answer-bp-1")
    assert patient.put(path, value="128/82", request_id="answer-bp-2").status_code == 200
    late = patient.put(path, value="182/112", request_id="answer-bp-1")
    assert (late.status_code, late.data) == (200, first.data)
    assert given(patient, form, "bp") == {"systolic": 128, "diastolic": 82}


def test_a_late_repeat_does_not_bring_back_what_was_taken_back(patient: Caller, form: str) -> None:
    path = f"/responses/{form}/answers/heart_rate"
    first = patient.put(path, value=72, request_id="answer-we-1")
    assert first.status_code == 200
    assert patient.put(path, value=None, request_id="answer-we-2").status_code == 200
    assert patient.put(path, value=72, request_id="answer-we-1").data == first.data
    assert given(patient, form, "heart_rate") is None


def test_the_first_answer_comes_again_whatever_was_answered_since(patient: Caller, form: str) -> None:
    path = f"/responses/{form}/answers/bp"
    first = patient.put(path, value="138/86", request_id="answer-bp-1")
    patient.put(f"/responses/{form}/answers/symptoms", value=["dizziness"])
    assert patient.put(path, value="138/86", request_id="answer-bp-1").data == first.data


def test_a_refusal_is_not_kept(patient: Caller, form: str) -> None:
    path = f"/responses/{form}/answers/bp"
    assert patient.put(path, value="999/10", request_id="answer-bp-1").status_code == 422
    assert patient.put(path, value="138/86", request_id="answer-bp-1").status_code == 200


def test_two_forms_do_not_share_their_requests(patient: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_content(session)
    forms = [patient.post(f"/questionnaires/{FORM}/responses").get_json()["id"] for _ in range(2)]
    for form, value in zip(forms, ("138/86", "128/80"), strict=True):
        assert (
            patient.put(f"/responses/{form}/answers/bp", value=value, request_id="answer-bp-1").status_code
            == 200
        )
    assert [given(patient, form, "bp")["systolic"] for form in forms] == [138, 128]


def test_nobody_hears_what_another_was_told(patient: Caller, other: Caller, form: str) -> None:
    path = f"/responses/{form}/answers/bp"
    patient.put(path, value="182/112", request_id="answer-bp-1")
    assert other.put(path, value="182/112", request_id="answer-bp-1").status_code == 404


@pytest.mark.parametrize(
    "link_id, value",
    [("bp", "182/112"), ("heart_rate", 72), ("symptoms", ["dizziness"]), ("bp", None)],
)
def test_a_used_request_with_something_else_is_refused(
    patient: Caller, form: str, link_id: str, value: object
) -> None:
    """Answering with the first answer would say "kept" of a danger that nobody hears of."""
    path = f"/responses/{form}/answers/bp"
    first = patient.put(path, value="128/82", request_id="answer-bp-1")
    refused = patient.put(f"/responses/{form}/answers/{link_id}", value=value, request_id="answer-bp-1")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "request_id_taken")
    assert patient.put(path, value="128/82", request_id="answer-bp-1").data == first.data
    assert given(patient, form, "bp") == {"systolic": 128, "diastolic": 82}
    assert given(patient, form, "heart_rate") is None


def test_a_request_kept_before_its_value_was_kept_still_gets_its_first_answer(
    patient: Caller, form: str, outside: Outside
) -> None:
    path = f"/responses/{form}/answers/bp"
    first = patient.put(path, value="128/82", request_id="answer-bp-1")
    with transaction(outside.sessions) as session:
        session.get_one(AnswerTold, (form, "answer-bp-1")).asked = None
    assert patient.put(path, value="128/82", request_id="answer-bp-1").data == first.data


def test_ten_taps_at_once_count_as_one(_app: Flask, patient: Caller, form: str, outside: Outside) -> None:
    def tap(_: int) -> tuple[int, bytes]:
        caller = Caller(_app.test_client(), patient.token)
        sent = caller.put(f"/responses/{form}/answers/bp", value="138/86", request_id="answer-bp-1")
        return sent.status_code, sent.data

    with ThreadPoolExecutor(10) as pool:
        told = set(pool.map(tap, range(10)))
    assert len(told) == 1 and next(iter(told))[0] == 200
    with read_only(outside.readers) as session:
        assert session.get_one(Response, form).saves == 1


def test_what_was_told_goes_with_the_draft(patient: Caller, form: str, outside: Outside) -> None:
    """A sent form takes no answers, so no repeat can undo one."""
    for link_id, value in (("bp", "128/80"), ("symptoms", ["none"]), ("medication_adherence", "regular")):
        patient.put(f"/responses/{form}/answers/{link_id}", value=value, request_id=f"answer-{link_id}")
    assert patient.post(f"/responses/{form}/submission").status_code == 200
    assert (
        patient.put(f"/responses/{form}/answers/bp", value="128/80", request_id="answer-bp").status_code
        == 409
    )
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(AnswerTold)) == 0
