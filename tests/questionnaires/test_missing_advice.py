"""A sentence that was never loaded costs neither the answer nor the alarm; no new form may name one."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.core.db import transaction
from app.core.errors import Invalid
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.catalog import publish_document
from app.questionnaires.tables import AdviceText
from app.records import readings
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.followup import make_content, make_task
from tests.factories.patients import on_the_phone
from tests.factories.ward import Ward, make_ward
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM

FORM = "hypertension_followup"


@pytest.fixture
def session(outside: Outside) -> Iterator[Session]:
    """The new version of the program runs, and nobody has loaded its content."""
    with transaction(outside.sessions) as opened:
        make_content(opened)
        opened.execute(delete(AdviceText))
        yield opened


@pytest.fixture
def ward(session: Session) -> Ward:
    return make_ward(session)


def told(session: Session) -> tuple[str, str]:
    """(title of the one alert, text of the one message of advice)."""
    text = session.scalars(select(Message.text).where(Message.purpose == "advice")).one()
    return session.scalars(select(Alert.title)).one(), text or ""


def test_a_dangerous_reading_is_kept_and_alarms(session: Session, ward: Ward, now: datetime) -> None:
    me = ward.patient.id
    kept = readings.record(session, me, {"GLU": 2.8}, now, "api", None, f"patient:{me}", "request-0001", now)
    assert len(kept) == 1
    title, text = told(session)
    assert title == "自测血糖 2.8" and "拨打 120" in text


def test_a_dangerous_answer_is_kept_and_alarms(session: Session, ward: Ward, now: datetime) -> None:
    draft = drafts.open_for_task(
        session, ward.patient.id, make_task(session, ward.patient.id, form_code=FORM).id, FORM, now
    )
    saved = drafts.save_answer(session, ward.patient.id, draft.id, "bp", "182/112", "page", now)
    assert [words.call_120 for words in saved.advice] == [True]
    title, text = told(session)
    assert "182/112" in title and "拨打 120" in text


def test_the_page_of_a_dangerous_reading_says_what_holds_in_every_danger(
    client: FlaskClient, outside: Outside
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
    on_the_phone(client, outside, ward.patient.id)
    given = {"systolic": "182", "diastolic": "112", "request_id": "request-0001"}
    page = client.post("/h5/readings", data=given, follow_redirects=True)
    assert page.status_code == 200 and "请立刻拨打 120" in page.text


def test_a_form_whose_advice_nobody_has_written_is_not_published(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        publish_document(session, BLOOD_PRESSURE_FORM, NOW)
    assert refused.value.code == "unknown_advice"
    assert "bp_emergency、danger" in refused.value.message
