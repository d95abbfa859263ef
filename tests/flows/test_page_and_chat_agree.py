"""One definition for page and chat: the same words and taps are the same response and the same alert."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.tables import Alert, AlertStep
from app.core import clock
from app.core.db import read_only, transaction
from app.followup.tables import Task, VisitOutcome
from app.messaging.tables import Message
from app.patients.tables import WechatIdentity
from app.questionnaires.tables import Answer, Questionnaire, Response
from app.records.tables import Reading
from app.wiring import Outside
from tests.factories.followup import make_plan
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.staff import make_account
from tests.hospital import Hospital, Phone

LIVE = {"HX-Request": "true"}


@pytest.fixture
def wang(hospital: Hospital, outside: Outside) -> Phone:
    """王 follows, is on the pathway since yesterday, and has just been asked."""
    phone = hospital.phone("wang")
    phone.follow()
    hospital.work()
    with transaction(outside.sessions) as session:
        patient = make_patient(session, nurse_id=make_account(session, name="李敏").id)
        identity = session.scalars(
            select(WechatIdentity).where(WechatIdentity.openid == phone.openid())
        ).one()
        identity.patient_id = patient.id
        make_plan(session, patient.id, now=clock.now() - timedelta(days=2))
    hospital.work(lambda: any("第一次血压随访" in text for text in phone.texts() + _cards(phone)))
    return phone


def _cards(phone: Phone) -> list[str]:
    return [str(card) for card in phone.cards()]


def outcome(outside: Outside) -> dict[str, Any]:
    """Everything the hospital keeps of the one response, but ids and moments."""
    with read_only(outside.readers) as session:
        response = session.scalars(select(Response).where(Response.state == "submitted")).one()
        answers = session.execute(
            select(Answer.link_id, Answer.value).where(Answer.response_id == response.id)
        )
        alert = session.scalars(select(Alert)).one()
        steps = session.scalars(select(AlertStep.what).where(AlertStep.alert_id == alert.id))
        visit = session.scalars(select(VisitOutcome)).one()
        readings = session.execute(select(Reading.indicator, Reading.value).order_by(Reading.indicator))
        ahead = session.scalars(select(Task).where(Task.kind == "form", Task.state == "planned")).one()
        advice = session.scalars(select(Message.text).where(Message.purpose == "advice"))
        return {
            "form": session.scalars(
                select(Questionnaire.content_hash).where(Questionnaire.id == response.questionnaire_id)
            ).one(),
            "hash": response.content_hash,
            "answers": {link_id: value for link_id, value in answers},
            "alert": (alert.reason, alert.urgency, alert.title, alert.detail),
            "steps": sorted(steps),
            "visit": (visit.kind, visit.urgency, visit.reasons, visit.advice_key),
            "readings": [(code, value) for code, value in readings],
            "ahead_in_days": (clock.day_of(ahead.due_at) - clock.day_of(clock.now())).days,
            "advice": list(advice),
        }


def by_chat(hospital: Hospital, wang: Phone, client: FlaskClient, outside: Outside) -> None:
    wang.text("182/112 头晕")
    hospital.work(lambda: any("请立刻拨打 120" in text for text in wang.texts()))
    assert wang.texts()[-1].startswith("记下了：182/112、头晕。"), (
        "the advice stands last, and nothing is asked"
    )
    assert not any("降压药是怎么吃的" in text for text in wang.texts())
    wang.text("继续")
    hospital.work(lambda: any("降压药是怎么吃的" in text for text in wang.texts()))
    wang.text("1")
    hospital.work(lambda: any("都填好了" in text for text in wang.texts()))


def by_page(hospital: Hospital, wang: Phone, client: FlaskClient, outside: Outside) -> None:
    with read_only(outside.readers) as session:
        response = session.scalars(select(Response)).one()
    on_the_phone(client, outside, response.patient_id)
    base = f"/h5/responses/{response.id}"
    for link_id, fields in (
        ("bp", {"bp.systolic": "182", "bp.diastolic": "112"}),
        ("symptoms", {"symptoms": "dizziness"}),
        ("medication_adherence", {"medication_adherence": "regular"}),
    ):
        assert client.post(f"{base}/answers/{link_id}", data=fields, headers=LIVE).status_code == 200
    for _ in range(2):
        assert client.post(f"{base}/submit", data={"request_id": "double-tap"}).status_code == 303
    hospital.work()


EXPECTED = {
    "answers": {
        "bp": {"systolic": 182, "diastolic": 112},
        "symptoms": ["dizziness"],
        "medication_adherence": "regular",
    },
    "readings": [("DBP", 112.0), ("SBP", 182.0)],
    "ahead_in_days": 14,
    "steps": ["raised"],
}


@pytest.mark.parametrize("answer", [by_chat, by_page])
def test_the_same_is_kept_and_the_same_alert_raised(
    hospital: Hospital, wang: Phone, client: FlaskClient, outside: Outside, answer: Any
) -> None:
    answer(hospital, wang, client, outside)
    kept = outcome(outside)
    assert kept["form"] == kept["hash"]
    for name, value in EXPECTED.items():
        assert kept[name] == value, name
    assert kept["alert"][:3] == ("bp_emergency", "critical", "血压 182/112，头晕")
    assert kept["visit"][0] == "emergency"
    assert len(kept["advice"]) == 1
    advised = [text for text in wang.texts() if "请立刻拨打 120" in text]
    assert len(advised) == 1, "the approved words reach the phone, once"


def test_ordinary_talk_goes_to_the_nurse_and_not_into_the_form(
    hospital: Hospital, wang: Phone, outside: Outside
) -> None:
    from app.conversations.tables import Line

    wang.text("护士你好，我想问一下下周能不能改时间")
    hospital.work()
    with read_only(outside.readers) as session:
        assert session.scalars(select(Answer)).all() == []
        lines = session.scalars(select(Line.body).where(Line.author_kind == "patient")).all()
    assert lines == ["护士你好，我想问一下下周能不能改时间"]


def test_the_card_opens_the_patients_own_form(hospital: Hospital, wang: Phone) -> None:
    card = wang.cards()[-1]
    opened = wang.tap(card)
    assert opened is not None and "/h5/tasks/" in opened
