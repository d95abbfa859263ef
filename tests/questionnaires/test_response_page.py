"""Staff read what a patient answered, and what the rules made of it."""

from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access
from app.core.db import read_only, transaction
from app.followup.reminders import remind_due
from app.followup.tables import Task
from app.questionnaires import drafts, submissions
from app.wiring import Outside
from tests.factories.followup import make_plan
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, sign_in_as


def test_the_answers_the_signs_and_the_judgement_stand_on_one_page(
    client: FlaskClient, outside: Outside
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient = make_patient(session)
        make_plan(session, patient.id)
        task = session.scalars(select(Task).where(Task.node_key == "first_followup")).one()
        remind_due(session, task.due_at)
        draft = drafts.open_for_task(session, patient.id, task.id, "hypertension_followup", task.due_at)
        for link_id, value in (
            ("bp", "182/112"),
            ("symptoms", ["dizziness"]),
            ("medication_adherence", "regular"),
        ):
            drafts.save_answer(session, patient.id, draft.id, link_id, value, "chat", task.due_at)
        submissions.submit(session, patient.id, draft.id, "r", "chat", task.due_at)
    page = client.get(f"/console/responses/{draft.id}")
    for words in ("182/112", "微信聊天", "血压达到 180/110，危急", "国家基本公共卫生服务规范", "待临床审核"):
        assert words in page.text, words
    with read_only(outside.readers) as session:
        assert session.scalars(select(Access.what)).all() == ["response"]
    assert f"/console/responses/{draft.id}" in client.get(f"/console/patients/{patient.id}").text


def test_a_response_that_is_not_there_is_not_found(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
    assert client.get("/console/responses/nothing").status_code == 404
