"""Nobody is kept from answering for want of a pressure, and nothing is told as if it were controlled."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.reads import open_alerts
from app.followup.tables import VisitOutcome
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.submissions import submit
from app.questionnaires.tables import Response
from app.records.tables import Reading
from tests.factories.chat import tell
from tests.factories.followup import make_task
from tests.factories.ward import Ward

FORM = "hypertension_followup"
NOTHING = {"absent": "not_measured"}


def write(session: Session, ward: Ward, now: datetime, *messages: str) -> str:
    """The answer to the last of these."""
    for place, words in enumerate(messages):
        key = tell(session, ward, words, now + timedelta(seconds=place))
    said = select(Message.text).where(Message.dedupe_key == f"bot:{key}")
    return session.scalars(said).one_or_none() or ""


@pytest.mark.parametrize("words", ["没量", "今天没有量", "没有血压计", "血压计坏了，没法量"])
def test_without_a_pressure_the_form_goes_on_and_the_visit_is_incomplete(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str
) -> None:
    said = write(session, ward, now, words)
    assert said.startswith("记下了：没有量血压。")
    assert drafts.answers_of(session, draft.id)["bp"] == NOTHING
    write(session, ward, now + timedelta(minutes=1), "没有不舒服", "1")
    visit = session.scalars(select(VisitOutcome)).one()
    assert (visit.kind, visit.urgency, visit.advice_key) == ("incomplete", "normal", "bp_not_measured")
    assert not visit.uncontrolled
    (row,) = open_alerts(session, now)
    assert row.alert.title == "没有量血压"
    assert "请护士联系患者补量" in (row.alert.detail or "")
    (advice,) = session.scalars(select(Message.text).where(Message.purpose == "advice"))
    assert "还不知道血压控制得怎么样" in (advice or "") and "达标" not in (advice or "")
    assert session.scalars(select(Reading.id)).all() == []


def test_a_complaint_without_a_pressure_is_looked_into_the_same_day(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    write(session, ward, now, "没量", "头晕", "1")
    (row,) = open_alerts(session, now)
    assert row.alert.urgency == "high"
    assert session.scalars(select(VisitOutcome.advice_key)).all() == ["bp_not_measured_with_complaint"]


def test_chest_pain_without_a_pressure_is_an_emergency(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    write(session, ward, now, "胸口疼", "继续", "没量", "1")
    assert session.scalars(select(VisitOutcome.kind)).all() == ["emergency"]


def test_a_pressure_told_later_takes_its_place(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    write(session, ward, now, "没有不舒服", "没量", "量了，138/86")
    assert drafts.answers_of(session, draft.id)["bp"] == {"systolic": 138, "diastolic": 86}
    write(session, ward, now + timedelta(minutes=1), "血压没量")
    assert drafts.answers_of(session, draft.id)["bp"] == {"systolic": 138, "diastolic": 86}


def test_the_word_alone_is_understood_whatever_was_asked(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    write(session, ward, now, "没有不舒服", "没量")
    assert drafts.answers_of(session, draft.id) == {"bp": NOTHING, "symptoms": ["none"]}


@pytest.mark.parametrize("words", ["今天没量血压，明天可以补吗", "我老伴没量血压", "等会再量，还没量"])
def test_what_is_no_answer_is_none(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str
) -> None:
    write(session, ward, now, words)
    assert drafts.answers_of(session, draft.id) == {}


def test_a_visit_without_a_pressure_does_not_stand_between_two_that_were_too_high(
    session: Session, ward: Ward, now: datetime
) -> None:
    kinds = []
    for place, pressure in enumerate(({"systolic": 165, "diastolic": 95}, NOTHING, "166/96")):
        at = now + timedelta(days=14 * place)
        task = make_task(session, ward.patient.id, form_code=FORM)
        form = drafts.open_for_task(session, ward.patient.id, task.id, FORM, at)
        for link_id, value in (("bp", pressure), ("symptoms", ["none"]), ("medication_adherence", "regular")):
            drafts.save_answer(session, ward.patient.id, form.id, link_id, value, "api", at)
        submit(session, ward.patient.id, form.id, f"send-{place}", "api", at)
        kinds.append(
            session.scalars(select(VisitOutcome.kind).where(VisitOutcome.response_id == form.id)).one()
        )
    assert kinds == ["first_uncontrolled", "incomplete", "refer"]
