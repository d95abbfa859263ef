"""After the consent was withdrawn no way in keeps what is told of health; danger is heard on each of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.core import clock
from app.core.db import read_only, transaction
from app.core.errors import Conflict
from app.core.ids import new_id
from app.messaging.tables import Message
from app.patients.consent_texts import HEALTH_DATA, consent_text
from app.patients.consents import give, withdraw
from app.patients.sessions import open_session
from app.questionnaires import drafts
from app.questionnaires.tables import Answer, Response
from app.records import readings
from app.records.tables import Reading
from app.wechat.inbound import PatientText
from app.wiring import Outside
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.followup import make_content
from tests.factories.patients import make_identity, make_patient, on_the_phone
from tests.factories.records import make_reading
from tests.factories.ward import Ward, make_ward

FORM = "hypertension_followup"
HIGH = {"bp.systolic": "182", "bp.diastolic": "112"}
NOT_KEPT = "不再收集新的信息"


@pytest.fixture
def ward(outside: Outside) -> Ward:
    with transaction(outside.sessions) as session:
        make_content(session)
        return make_ward(session)


@pytest.fixture
def own_form(outside: Outside, ward: Ward) -> str:
    """A form she has begun by herself, while she agreed."""
    with transaction(outside.sessions) as session:
        return drafts.open_self(session, ward.patient.id, FORM, "request-0001", clock.now()).id


def withdrawn(outside: Outside, ward: Ward) -> None:
    with transaction(outside.sessions) as session:
        withdraw(session, Actor("patient", ward.patient.id), ward.patient.id, HEALTH_DATA, clock.now())


def kept(outside: Outside) -> int:
    """Everything of her health that stands anywhere: readings, and answers of forms."""
    with read_only(outside.readers) as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Reading, Answer)
        )


def alerts(outside: Outside) -> list[tuple[str, bool]]:
    """(reason, whether somebody owns it) of every alert."""
    with read_only(outside.readers) as session:
        return [(alert.reason, alert.owner_id is not None) for alert in session.scalars(select(Alert))]


def advised(outside: Outside) -> bool:
    with read_only(outside.readers) as session:
        return session.scalars(select(Message.id).where(Message.purpose == "advice")).first() is not None


def behind_the_card(client: FlaskClient, outside: Outside, ward: Ward) -> str:
    """What she reads who opens the card of the advice later, with WeChat's window shut."""
    on_the_phone(client, outside, ward.patient.id)
    with read_only(outside.readers) as session:
        advice = session.scalars(select(Message).where(Message.purpose == "advice")).all()
    assert advice
    for message in advice:
        opened = client.get(message.link or "", follow_redirects=True)
        assert opened.status_code == 200
        for told in (message.text or "").splitlines():
            assert told in opened.text
    return opened.text


def write(outside: Outside, ward: Ward, words: str, at: datetime) -> str:
    """What the house answers in the chat by itself; the approved advice is a message of its own."""
    key = new_id()
    message = PatientText(openid=ward.chat.openid, at=at, text=words, option=None)
    with transaction(outside.sessions) as session:
        assert dispatch(session, Arrived(ward.chat.app_id, "oa", key, message, Fetched(), "secret", at), at)
    with read_only(outside.readers) as session:
        return session.scalar(select(Message.text).where(Message.dedupe_key == f"bot:{key}")) or ""


def call(
    client: FlaskClient, outside: Outside, ward: Ward, method: str, path: str, **body: Any
) -> TestResponse:
    with transaction(outside.sessions) as session:
        identity = make_identity(session, ward.patient.id, app_kind="mp")
        token = open_session(session, identity.id, "api", clock.machine())
    return client.open(
        f"/api/v1{path}",
        method=method,
        json={"request_id": new_id(), **body},
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_pressure_told_in_the_chat_is_not_asked_back_and_the_reason_is_told(
    outside: Outside, ward: Ward
) -> None:
    withdrawn(outside, ward)
    said = write(outside, ward, "血压 138/86", clock.now())
    assert NOT_KEPT in said
    assert "重新同意" in said
    assert kept(outside) == 0


def test_a_pressure_asked_back_before_is_not_kept_by_a_later_yes(outside: Outside, ward: Ward) -> None:
    now = clock.now()
    assert "对吗" in write(outside, ward, "血压 138/86", now)
    withdrawn(outside, ward)
    assert NOT_KEPT in write(outside, ward, "对", now + timedelta(minutes=1))
    assert kept(outside) == 0


def test_agreed_to_again_the_chart_takes_what_she_confirms(outside: Outside, ward: Ward) -> None:
    withdrawn(outside, ward)
    now = clock.now()
    with transaction(outside.sessions) as session:
        version = consent_text(HEALTH_DATA).version
        give(session, Actor("patient", ward.patient.id), ward.patient.id, HEALTH_DATA, version, now)
    write(outside, ward, "血压 138/86", now)
    assert "记下了" in write(outside, ward, "对", now + timedelta(minutes=1))
    assert kept(outside) == 2


@pytest.mark.parametrize("words", ["血压 182/112", "我胸口疼得厉害"], ids=["pressure", "words"])
def test_danger_in_the_chat_is_answered_and_owned_all_the_same(
    outside: Outside, ward: Ward, words: str
) -> None:
    withdrawn(outside, ward)
    write(outside, ward, words, clock.now())
    assert alerts(outside) == [("red_flag_words", True)]
    assert advised(outside)
    assert kept(outside) == 0


def test_words_no_longer_answer_a_form(outside: Outside, ward: Ward, own_form: str) -> None:
    """The question had been put in the chat; after the withdrawal her answer is a letter to the nurse."""
    with transaction(outside.sessions) as session:
        session.get_one(Response, own_form).chat_at = "symptoms"
    withdrawn(outside, ward)
    write(outside, ward, "没有不舒服", clock.now())
    assert kept(outside) == 0


def test_no_form_is_begun_by_the_api(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    withdrawn(outside, ward)
    refused = call(client, outside, ward, "POST", f"/questionnaires/{FORM}/responses")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "health_data_withdrawn")
    with read_only(outside.readers) as session:
        assert session.scalars(select(Response)).all() == []


def test_a_form_begun_before_takes_no_answer_by_the_api(
    client: FlaskClient, outside: Outside, ward: Ward, own_form: str
) -> None:
    withdrawn(outside, ward)
    calm = call(client, outside, ward, "PUT", f"/responses/{own_form}/answers/bp", value="128/78")
    assert (calm.status_code, calm.get_json()["code"]) == (409, "health_data_withdrawn")
    assert alerts(outside) == []
    high = call(client, outside, ward, "PUT", f"/responses/{own_form}/answers/bp", value="182/112")
    assert (high.status_code, high.get_json()["code"]) == (409, "health_data_withdrawn")
    assert NOT_KEPT in high.get_json()["title"]
    assert "120" in high.get_json()["title"]
    sent = call(client, outside, ward, "POST", f"/responses/{own_form}/submission")
    assert (sent.status_code, sent.get_json()["code"]) == (409, "health_data_withdrawn")
    assert [owned for _, owned in alerts(outside)] == [True]
    assert "120" in behind_the_card(client, outside, ward)
    assert kept(outside) == 0


def test_a_form_open_on_a_page_takes_no_answer_and_says_why(
    client: FlaskClient, outside: Outside, ward: Ward, own_form: str
) -> None:
    on_the_phone(client, outside, ward.patient.id)
    assert client.get(f"/h5/responses/{own_form}").status_code == 200
    withdrawn(outside, ward)
    told = (
        client.post(f"/h5/responses/{own_form}/answers/bp", data=HIGH, headers={"HX-Request": "true"}),
        client.post(f"/h5/responses/{own_form}/review", data={**HIGH, "symptoms": "chest_pain"}),
    )
    assert all("坐下休息，让家人陪着您" in refused.text for refused in told)
    for refused in (
        *told,
        client.get(f"/h5/responses/{own_form}"),
        client.post(f"/h5/responses/{own_form}/submit", data={"request_id": "request-0002"}),
    ):
        assert refused.status_code == 409
        assert NOT_KEPT in refused.text
    assert alerts(outside) != []
    assert all(owned for _, owned in alerts(outside))
    assert "120" in behind_the_card(client, outside, ward)
    assert kept(outside) == 0


def test_danger_in_words_that_a_form_does_not_take_is_advised_behind_its_card(
    client: FlaskClient, outside: Outside, ward: Ward, own_form: str
) -> None:
    with transaction(outside.sessions) as session:
        for question, told in (("medication_adherence", "regular"), ("adverse_reaction", True)):
            drafts.save_answer(session, ward.patient.id, own_form, question, told, "api", clock.now())
    withdrawn(outside, ward)
    path = f"/responses/{own_form}/answers/adverse_reaction_detail"
    refused = call(client, outside, ward, "PUT", path, value="吃完药胸口疼得厉害")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "health_data_withdrawn")
    assert ("red_flag_words", True) in alerts(outside)
    assert "120" in behind_the_card(client, outside, ward)


def test_a_card_on_a_refused_reading_does_not_say_that_an_older_one_was_handled(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    earlier = clock.now() - timedelta(days=2)
    with transaction(outside.sessions) as session:
        make_reading(session, ward.patient.id, indicator="SBP", value=190.0, measured_at=earlier)
    withdrawn(outside, ward)
    on_the_phone(client, outside, ward.patient.id)
    form = {"systolic": "200", "diastolic": "120", "request_id": "request-0004"}
    assert client.post("/h5/readings", data=form).status_code == 409
    page = behind_the_card(client, outside, ward)
    assert "您填的血压是 200/120" in page
    assert "处理过" not in page


def test_a_refused_danger_of_somebody_without_wechat_is_heard_all_the_same(outside: Outside) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        make_content(session)
        patient_id = make_patient(session).id
        withdraw(session, Actor("patient", patient_id), patient_id, HEALTH_DATA, now)
    values = {"SBP": 182.0, "DBP": 112.0}
    with pytest.raises(Conflict, match=NOT_KEPT), transaction(outside.sessions) as session:
        readings.record(session, patient_id, values, now, "page", None, f"patient:{patient_id}", "one", now)
    assert [reason for reason, _ in alerts(outside)] == ["bp_emergency"]
    assert advised(outside)


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_dangerous_reading_is_heard_and_stands_on_no_chart(
    client: FlaskClient, outside: Outside, ward: Ward, way: str
) -> None:
    withdrawn(outside, ward)
    if way == "page":
        on_the_phone(client, outside, ward.patient.id)
        form = {"systolic": "182", "diastolic": "112", "request_id": "request-0003"}
        refused = client.post("/h5/readings", data=form)
    else:
        values = [{"indicator": "SBP", "value": 182}, {"indicator": "DBP", "value": 112}]
        at = clock.local(clock.now() - timedelta(minutes=1)).isoformat()
        refused = call(client, outside, ward, "POST", "/readings", values=values, measured_at=at)
    assert refused.status_code == 409
    said = refused.text if way == "page" else refused.get_json()["title"]
    assert NOT_KEPT in said
    assert "您填的血压是 182/112" in said
    assert alerts(outside) == [("bp_emergency", True)]
    assert "您填的血压是 182/112" in behind_the_card(client, outside, ward)
    assert kept(outside) == 0
