"""A nurse who opens a talk sees what the patient has just answered, and can open it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access
from app.conversations.tables import Conversation
from app.core import clock
from app.core.db import read_only, transaction
from app.questionnaires import drafts, submissions
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.followup import make_content, make_task
from tests.factories.patients import make_patient
from tests.factories.staff import sign_in_as
from tests.factories.ward import Ward, make_ward

ANSWERS = {
    "bp": {"systolic": 182, "diastolic": 112},
    "symptoms": ["dizziness"],
    "medication_adherence": "regular",
}


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳 has just written, and her nurse is signed in."""
    with transaction(outside.sessions) as session:
        make_content(session)
        found = make_ward(session)
        make_patient_line(session, found.chat, "填好了", clock.now())
        sign_in_as(client, session, found.nurse)
    return found


def talk_id(outside: Outside) -> str:
    with read_only(outside.readers) as session:
        return session.scalars(select(Conversation.id)).one()


def answer(outside: Outside, patient_id: str) -> str:
    """The patient answers the hypertension form on the page; the response's id."""
    with transaction(outside.sessions) as session:
        now = clock.now() - timedelta(minutes=5)
        task = make_task(session, patient_id, form_code="hypertension_followup", due_at=now)
        response = drafts.open_for_task(session, patient_id, task.id, "hypertension_followup", now)
        for link_id, value in ANSWERS.items():
            drafts.save_answer(session, patient_id, response.id, link_id, value, "page", now)
        submissions.submit(session, patient_id, response.id, "request-1", "page", now)
        return response.id


def test_the_last_answers_stand_above_the_talk(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    talk = f"/console/inbox/{talk_id(outside)}"
    nothing = client.get(f"{talk}/answers")
    assert "填了" not in nothing.text
    response_id = answer(outside, ward.patient.id)
    for page in (
        client.get(talk).text,
        client.get(f"{talk}/answers", headers={"If-None-Match": nothing.headers["ETag"]}).text,
    ):
        assert f'href="/console/responses/{response_id}"' in page
        assert "182/112" in page
        assert "头晕" in page
        assert "紧急" in page


def test_another_patients_answers_stay_away(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        stranger = make_patient(session)
    answer(outside, stranger.id)
    assert "182/112" not in client.get(f"/console/inbox/{talk_id(outside)}").text
    with read_only(outside.readers) as session:
        assert stranger.id not in session.scalars(select(Access.patient_id)).all()
