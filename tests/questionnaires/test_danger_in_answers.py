"""Words of danger written as the answer to a form's question are read like a line of the chat."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.conversations.inbox import open_talk
from app.conversations.tables import Line
from app.core import clock
from app.core.db import transaction
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.tables import Response
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.followup import make_content, make_task
from tests.factories.joined import join
from tests.factories.patients import make_patient
from tests.factories.ward import make_ward
from tests.hospital import Hospital

FORM = "hypertension_followup"


def begin(session: Session, patient_id: str, now: datetime = NOW) -> Response:
    """The hospital's own form, answered up to the question on what the medicine did."""
    make_content(session)
    task = make_task(session, patient_id, form_code=FORM)
    draft = drafts.open_for_task(session, patient_id, task.id, FORM, now)
    drafts.save_answer(session, patient_id, draft.id, "medication_adherence", "regular", "page", now)
    drafts.save_answer(session, patient_id, draft.id, "adverse_reaction", True, "page", now)
    return draft


def describe(session: Session, draft: Response, words: str, via: str = "page") -> None:
    drafts.save_answer(session, draft.patient_id, draft.id, "adverse_reaction_detail", words, via, NOW)


def words_alerts(session: Session) -> list[Alert]:
    return list(session.scalars(select(Alert).where(Alert.reason == "red_flag_words")))


@pytest.mark.parametrize("via", ["page", "api"])
@pytest.mark.parametrize(
    ("words", "title"),
    [("胸口痛，喘不上气", "患者提到呼吸困难；患者提到胸痛"), ("不想活了", "患者提到轻生或伤害自己")],
)
def test_danger_written_on_the_page_alerts_and_is_answered(
    outside: Outside, words: str, title: str, via: str
) -> None:
    with transaction(outside.sessions) as session:
        draft = begin(session, make_patient(session).id)
        describe(session, draft, words, via)
        describe(session, draft, f"{words}。", via)
        (alert,) = words_alerts(session)
        assert (alert.urgency, alert.title, alert.source_id) == ("critical", title, draft.id)
        (advice,) = session.scalars(select(Message).where(Message.purpose == "advice"))
        assert advice.urgent and advice.patient_id == draft.patient_id


def test_a_form_sent_at_once_is_advised_on_once(outside: Outside) -> None:
    """The flag of a symptom and the words beside it, saved in one moment."""
    with transaction(outside.sessions) as session:
        draft = begin(session, make_patient(session).id)
        drafts.save_answer(session, draft.patient_id, draft.id, "symptoms", ["chest_pain"], "page", NOW)
        describe(session, draft, "吃了就胸口痛")
        assert len(session.scalars(select(Message).where(Message.purpose == "advice")).all()) == 1


def test_the_advice_stands_in_the_talk_of_who_has_one(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        open_talk(session, ward.patient.id, NOW)
        describe(session, begin(session, ward.patient.id), "胸口痛")
        advice = session.scalars(select(Message).where(Message.purpose == "advice")).one()
        assert session.scalars(select(Line.body).where(Line.message_id == advice.id)).one() == advice.text


def test_a_harmless_description_alerts_nobody(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        describe(session, begin(session, make_patient(session).id), "有点干咳，没有胸痛")
        assert words_alerts(session) == []


@pytest.mark.parametrize("words", ["胸口痛，喘不上气", "不想活了"])
def test_danger_answered_in_the_chat_reaches_the_inbox_too(hospital: Hospital, words: str) -> None:
    phone = hospital.phone("wang")
    ward = join(hospital, phone)
    with transaction(hospital.outside.sessions) as session:
        draft = begin(session, ward.patient.id, clock.now())
        session.get_one(Response, draft.id).chat_at = "adverse_reaction_detail"
    phone.text(words)
    hospital.work()
    with transaction(hospital.outside.sessions) as session:
        assert drafts.answers_of(session, draft.id)["adverse_reaction_detail"] == words
        assert words in session.scalars(select(Line.body).where(Line.author_kind == "patient")).all()
        (alert,) = words_alerts(session)
        assert alert.urgency == "critical"
        assert session.scalars(select(Message.id).where(Message.purpose == "advice")).all()
