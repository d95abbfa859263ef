"""Staff enter the patient's answers while they speak; the same form, the same rules, the same alert."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.reads import stands_for
from app.alerts.tables import Alert
from app.audit.tables import Access, Change
from app.core import clock
from app.core.db import read_only, transaction
from app.followup.reminders import remind_due
from app.followup.tables import Task, VisitOutcome
from app.questionnaires import chat
from app.questionnaires.events import ResponseSubmitted
from app.questionnaires.tables import Answer, AnswerBefore
from app.records.tables import Reading
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.followup import make_plan, make_task
from tests.factories.listening import Broken, breaking
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, sign_in_as

LIVE = {"HX-Request": "true"}
CALM = {
    "bp.systolic": "132",
    "bp.diastolic": "82",
    "symptoms": "none",
    "medication_adherence": "regular",
    "request_id": "told-on-the-phone-1",
}


@pytest.fixture
def call(outside: Outside, client: FlaskClient) -> Task:
    """Nobody answered for two days: the nurse who is signed in has to call."""
    with transaction(outside.sessions) as session:
        nurse = make_account(session)
        sign_in_as(client, session, nurse)
        patient = make_patient(session, nurse_id=nurse.id)
        now = clock.now()
        make_plan(session, patient.id, now=now - timedelta(days=5))
        for hours in (72, 48, 0):
            remind_due(session, now - timedelta(hours=hours))
        return session.scalars(select(Task).where(Task.kind == "call", Task.cause_id.is_not(None))).one()


def test_the_call_leads_to_the_form(client: FlaskClient, call: Task, outside: Outside) -> None:
    assert "开始填问卷" in client.get(f"/console/tasks/{call.id}").text
    page = client.get(f"/console/tasks/{call.id}/answers")
    assert "您今天的血压是多少？" in page.text
    with read_only(outside.readers) as session:
        assert (
            "form" in session.scalars(select(Access.what).where(Access.patient_id == call.patient_id)).all()
        )


def test_danger_shows_while_the_patient_speaks(client: FlaskClient, call: Task, outside: Outside) -> None:
    base = f"/console/tasks/{call.id}/answers"
    changed = client.post(f"{base}/bp", data={"bp.systolic": "182", "bp.diastolic": "112"}, headers=LIVE)
    assert "请马上这样告诉患者" in changed.text
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.urgency)).all() == ["critical"]
        assert session.scalars(select(Answer.via)).all() == ["staff"]


@pytest.mark.parametrize("link_id", ["nosuch", "x" * 500, "%00"])
def test_a_question_the_form_does_not_have_is_refused(client: FlaskClient, call: Task, link_id: str) -> None:
    client.get(f"/console/tasks/{call.id}/answers")
    answer = client.post(f"/console/tasks/{call.id}/answers/{link_id}", data={"bp.systolic": "120"})
    assert answer.status_code == 422 and "没有这道题" in answer.text


def test_sending_it_closes_the_call_and_the_form_and_judges_the_visit(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    for _ in range(2):
        assert client.post(base, data=CALM | {"note": "精神很好"}).status_code == 303
    with read_only(outside.readers) as session:
        done = session.get_one(Task, call.id)
        assert (done.state, done.outcome, done.note) == ("done", "reached", "精神很好")
        asked = session.get_one(Task, call.cause_id or "")
        assert (asked.state, asked.outcome) == ("done", "answered")
        assert session.scalars(select(VisitOutcome.kind)).all() == ["controlled"]
        assert {row.entered_by for row in session.scalars(select(Reading))} == {done.done_by}
        assert "submit" in session.scalars(select(Change.action)).all()


def test_a_sending_that_breaks_off_leaves_nothing_half_done(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    with breaking(outside, ResponseSubmitted), suppress(Broken):
        assert client.post(base, data=CALM).status_code == 500
    with read_only(outside.readers) as session:
        assert session.get_one(Task, call.id).state == "open"
        assert session.scalars(select(Answer.link_id)).all() == []
    assert client.post(base, data=CALM).status_code == 303
    with read_only(outside.readers) as session:
        assert session.get_one(Task, call.id).state == "done"


def test_two_nurses_at_once_send_it_once(client: FlaskClient, call: Task, outside: Outside) -> None:
    """Each of them taps twice; one word stands, and the other nurse is told so."""
    base = f"/console/tasks/{call.id}/answers"
    taps = [client.application.test_client() for _ in range(4)]
    with transaction(outside.sessions) as session:
        nurses = [session.get_one(Account, call.assignee_id), make_account(session, name="周敏")]
        for place, tap in enumerate(taps):
            sign_in_as(tap, session, nurses[place % 2])
    together = Barrier(4)

    def send(place: int) -> tuple[int, str]:
        pressure = str(130 + place % 2)
        together.wait()
        return taps[place].post(base, data=CALM | {"bp.systolic": pressure}).status_code, taps[place].get(
            f"/console/tasks/{call.id}"
        ).text

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, range(4)))
    assert [status for status, _ in answers] == [303] * 4
    with read_only(outside.readers) as session:
        done = session.get_one(Task, call.id)
        actions = session.scalars(select(Change.action).where(Change.subject_id.in_([call.id])))
        assert actions.all().count("complete") == 1
        sent = select(Change).where(Change.subject == "response", Change.action == "submit")
        assert len(session.scalars(sent).all()) == 1
        [systolic] = session.scalars(select(Reading).where(Reading.indicator == "SBP"))
        assert systolic.entered_by == done.done_by
    assert sum("以先提交的为准" in page for _, page in answers) == 2


def test_what_is_missing_is_named_and_the_rest_kept(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    page = client.post(f"/console/tasks/{call.id}/answers", data={"bp.systolic": "132", "bp.diastolic": "82"})
    assert page.status_code == 422
    assert "还有 2 题要填或要改" in page.text
    with read_only(outside.readers) as session:
        assert session.scalars(select(Answer.link_id)).all() == ["bp"]


def test_a_task_without_a_form_has_no_form(client: FlaskClient, call: Task, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        review = make_task(session, call.patient_id, kind="review")
    assert client.get(f"/console/tasks/{review.id}/answers").status_code == 404


def chatted(outside: Outside, call: Task, *words: str) -> None:
    """The patient answers the same form in the chat."""
    for said in words:
        with transaction(outside.sessions) as session:
            alerted = partial(stands_for, session, call.patient_id)
            assert chat.take(session, call.patient_id, said, clock.now(), alerted=alerted) is not None


def answers_by(outside: Outside, link_id: str = "bp") -> tuple[object, list[object]]:
    """(what stands, what others said before)."""
    with read_only(outside.readers) as session:
        return (
            session.scalars(select(Answer.value).where(Answer.link_id == link_id)).one(),
            list(session.scalars(select(AnswerBefore.value).where(AnswerBefore.link_id == link_id))),
        )


def seen_at(client: FlaskClient, base: str) -> str:
    return client.get(base).text.partition('name="seen_at" value="')[2].partition('"')[0]


HERS, PATIENTS = {"systolic": 132, "diastolic": 82}, {"systolic": 150, "diastolic": 95}


def test_what_the_nurse_noted_is_kept_beside_the_patients_later_word(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    client.post(f"{base}/bp", data={"bp.systolic": "132", "bp.diastolic": "82"}, headers=LIVE)
    chatted(outside, call, "150/95")
    assert answers_by(outside) == (PATIENTS, [HERS])


def test_a_page_that_has_not_seen_the_patients_answer_does_not_replace_it(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    drawn = seen_at(client, base)
    chatted(outside, call, "150/95")
    told = client.post(base, data=CALM | {"seen_at": drawn})
    assert told.status_code == 422
    assert "患者在微信聊天里" in told.text and "记的是“150/95”，和您填的不一样" in told.text
    assert answers_by(outside) == (PATIENTS, [])
    again = told.text.partition('name="seen_at" value="')[2].partition('"')[0]
    assert client.post(base, data=CALM | {"seen_at": again}).status_code == 303
    assert answers_by(outside) == (HERS, [PATIENTS])


def test_one_answer_alone_does_not_replace_an_unseen_one_either(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    drawn = seen_at(client, base)
    chatted(outside, call, "150/95")
    fields = {"bp.systolic": "132", "bp.diastolic": "82", "seen_at": drawn}
    assert client.post(f"{base}/bp", data=fields, headers=LIVE).status_code == 422
    assert answers_by(outside) == (PATIENTS, [])


def test_a_question_her_page_still_shows_open_keeps_the_patients_answer(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    drawn = seen_at(client, base)
    chatted(outside, call, "150/95")
    blank = {**CALM, "bp.systolic": "", "bp.diastolic": "", "seen_at": drawn}
    assert client.post(base, data=blank).status_code == 303
    assert answers_by(outside) == (PATIENTS, [])


def test_who_sends_after_the_patient_is_told_and_keeps_what_she_had(
    client: FlaskClient, call: Task, outside: Outside
) -> None:
    base = f"/console/tasks/{call.id}/answers"
    drawn = seen_at(client, base)
    chatted(outside, call, "150/95", "没有不舒服", "每天按时吃")
    for _ in range(2):
        landed = client.post(base, data=CALM | {"seen_at": drawn}, follow_redirects=True).text
        assert "以先提交的为准。您填的有 1 题和已提交的不一样，都留在下面" in landed
        assert "150/95" in landed and "记的是“132/82”" in landed
    assert answers_by(outside) == (PATIENTS, [HERS])
    assert "患者已经自己填了" in client.get(f"/console/tasks/{call.id}").text
