"""Answers are kept one by one, on every device in the same draft; red flags fire at the answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Gone, Invalid, NotFound
from app.core.ids import new_id
from app.questionnaires import drafts, submissions
from app.questionnaires.tables import Answer, RaisedFlag, Response
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.patients import make_patient
from tests.factories.questionnaires import make_draft, make_form


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        make_form(session)
        yield session


def save(session: Session, draft: Response, link_id: str, raw: object, at=NOW) -> drafts.Saved:
    return drafts.save_answer(session, draft.patient_id, draft.id, link_id, raw, "page", at)


def test_a_task_has_one_draft_on_every_device(session: Session) -> None:
    patient, task_id = make_patient(session), new_id()
    phone = make_draft(session, patient.id, task_id=task_id)
    save(session, phone, "bp", "138/86")
    tablet = make_draft(session, patient.id, task_id=task_id)
    assert tablet.id == phone.id
    assert drafts.answers_of(session, tablet.id) == {"bp": {"systolic": 138, "diastolic": 86}}


def test_a_self_begun_form_is_the_same_for_the_same_request_and_person(session: Session) -> None:
    one, other = make_patient(session), make_patient(session)
    first = drafts.open_self(session, one.id, "form", "r1", NOW)
    assert drafts.open_self(session, one.id, "form", "r1", NOW).id == first.id
    assert drafts.open_self(session, other.id, "form", "r1", NOW).id != first.id


def test_an_answer_says_what_to_show_next(session: Session) -> None:
    saved = save(session, make_draft(session, make_patient(session).id), "taking", "never")
    assert "why" in saved.visible
    assert saved.next == "why"
    assert {problem.field for problem in saved.problems} == {"bp", "symptoms"}


def test_a_second_answer_to_the_same_question_replaces_the_first(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    save(session, draft, "bp", "138/86")
    save(session, draft, "bp", {"systolic": "128", "diastolic": "82"})
    assert drafts.answers_of(session, draft.id) == {"bp": {"systolic": 128, "diastolic": 82}}


def test_an_answer_out_of_range_is_named_and_nothing_is_lost(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    save(session, draft, "bp", "138/86")
    with pytest.raises(Invalid) as refused:
        save(session, draft, "bp", "138/860")
    assert (refused.value.code, refused.value.field) == ("blood_pressure_range", "bp")
    assert drafts.answers_of(session, draft.id) == {"bp": {"systolic": 138, "diastolic": 86}}


def test_a_question_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        save(session, make_draft(session, make_patient(session).id), "nothing", 1)
    assert refused.value.code == "unknown_question"


def test_an_optional_answer_can_be_taken_back_a_required_one_cannot(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    save(session, draft, "pulse", 72)
    save(session, draft, "pulse", "")
    assert drafts.answers_of(session, draft.id) == {}
    with pytest.raises(Invalid) as refused:
        save(session, draft, "bp", "")
    assert refused.value.code == "empty_answer"


def test_a_red_flag_fires_at_the_answer_and_only_once(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    saved = save(session, draft, "bp", "182/112")
    assert [flag.code for flag in saved.flags] == ["crisis"]
    assert saved.advice[0].call_120
    save(session, draft, "bp", "185/113")
    assert list(session.scalars(select(RaisedFlag.code))) == ["crisis"]


def test_a_draft_waits_untouched_but_ends_three_days_after_its_first_answer(session: Session) -> None:
    patient, task_id = make_patient(session), new_id()
    draft = make_draft(session, patient.id, task_id=task_id)
    begun = NOW + timedelta(days=10)
    save(session, draft, "bp", "138/86", begun)
    with pytest.raises(Gone) as refused:
        save(session, draft, "taking", "regular", begun + timedelta(hours=72))
    assert refused.value.code == "draft_expired"


def test_an_ended_draft_is_put_aside_whole_and_a_fresh_one_begun(session: Session) -> None:
    patient, task_id = make_patient(session), new_id()
    old = make_draft(session, patient.id, task_id=task_id)
    save(session, old, "bp", "138/86")
    fresh = drafts.open_for_task(session, patient.id, task_id, "form", NOW + timedelta(hours=73))
    assert fresh.id != old.id
    assert old.state == "expired"
    assert list(session.scalars(select(Answer.response_id))) == [old.id]


def test_a_withdrawn_form_takes_no_more_answers(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    drafts.withdraw(session, draft.task_id)
    with pytest.raises(Gone) as refused:
        save(session, draft, "bp", "138/86")
    assert refused.value.code == "withdrawn"


def test_somebody_elses_draft_is_not_there(session: Session) -> None:
    draft, other = make_draft(session, make_patient(session).id), make_patient(session)
    with pytest.raises(NotFound):
        drafts.save_answer(session, other.id, draft.id, "bp", "138/86", "page", NOW)
    with pytest.raises(NotFound):
        make_draft(session, other.id, task_id=draft.task_id)


def fill(session: Session, draft: Response) -> None:
    save(session, draft, "bp", "138/86")
    save(session, draft, "symptoms", ["none"])
    save(session, draft, "taking", "regular")


def test_a_double_tap_gives_the_same_response(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    fill(session, draft)
    first = submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW)
    again = submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW + timedelta(seconds=1))
    assert again.id == first.id
    assert again.submitted_at == NOW


def test_a_second_submit_from_elsewhere_is_refused_in_words(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    fill(session, draft)
    submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW)
    with pytest.raises(Conflict) as refused:
        submissions.submit(session, draft.patient_id, draft.id, "r2", "api", NOW)
    assert refused.value.code == "already_submitted"


def test_a_submit_with_open_questions_names_each_of_them(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    save(session, draft, "bp", "138/86")
    with pytest.raises(Invalid) as refused:
        submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW)
    assert refused.value.code == "incomplete"
    assert {problem["field"] for problem in refused.value.detail["problems"]} == {"symptoms", "taking"}


def test_hidden_answers_are_not_kept(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    save(session, draft, "taking", "never")
    save(session, draft, "why", "cost")
    fill(session, draft)
    submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW)
    assert set(drafts.answers_of(session, draft.id)) == {"bp", "symptoms", "taking"}


def test_a_submit_records_the_pressure_at_the_moment_it_was_answered(session: Session) -> None:
    from app.records.readings import latest

    draft = make_draft(session, make_patient(session).id)
    fill(session, draft)
    submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW + timedelta(hours=5))
    found = latest(session, draft.patient_id, ["SBP", "DBP"])
    assert {code: row.value for code, row in found.items()} == {"SBP": 138, "DBP": 86}
    assert found["SBP"].measured_at == NOW
    assert found["SBP"].source_id == draft.id


def test_a_submitted_form_is_scored(session: Session) -> None:
    draft = make_draft(session, make_patient(session).id)
    fill(session, draft)
    save(session, draft, "symptoms", ["dizzy", "nausea"])
    done = submissions.submit(session, draft.patient_id, draft.id, "r1", "page", NOW)
    assert (done.score, done.band) == (3, "high")
