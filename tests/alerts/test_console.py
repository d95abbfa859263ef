"""What a nurse sees of alerts: the list, one alert, taken and resolved."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access
from app.core.db import read_only, transaction
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, sign_in_as


def test_the_gravest_stands_first_and_can_be_taken_and_resolved(
    outside: Outside, client: FlaskClient, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        nurse, patient = make_account(session), make_patient(session, name="王桂芳")
        sign_in_as(client, session, nurse)
        make_alert(session, patient.id, urgency="normal", title="连续三天没有登记服药")
        alert = make_alert(session, patient.id, title="血压 182/112，伴头晕")
    page = client.get("/console/alerts").text
    assert page.index("182/112") < page.index("连续三天")
    assert "王桂芳" in page

    assert client.post(f"/console/alerts/{alert.id}/acknowledge").status_code == 302
    refused = client.post(f"/console/alerts/{alert.id}/resolve", data={"outcome": " "})
    assert refused.status_code == 422
    assert "请写下处理结果" in refused.text
    client.post(f"/console/alerts/{alert.id}/resolve", data={"outcome": "已电话联系，送急诊"})
    assert "已电话联系，送急诊" in client.get(f"/console/alerts/{alert.id}").text
    assert "182/112" not in client.get("/console/alerts/rows").text
    with read_only(outside.readers) as session:
        assert "alert" in session.scalars(select(Access.what)).all()


def test_an_alert_says_why_it_is_whose_it_is(outside: Outside, client: FlaskClient, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        sign_in_as(client, session, nurse)
        alert = make_alert(session, make_patient(session, nurse_id=nurse.id).id)
    page = client.get(f"/console/alerts/{alert.id}").text
    assert f'hx-post="/console/patients/{alert.patient_id}/phone"' in page, "she can call from here"
    assert "李敏，当时没有护士值班，是这位患者的责任护士" in page
    client.post(f"/console/alerts/{alert.id}/acknowledge")
    assert "李敏，主动接手，由本人处理到结束" in client.get(f"/console/alerts/{alert.id}").text


def test_the_poll_draws_nothing_when_nothing_has_happened(outside: Outside, client: FlaskClient) -> None:
    with transaction(outside.sessions) as session:
        nurse, patient = make_account(session), make_patient(session)
        sign_in_as(client, session, nurse)
    first = client.get("/console/alerts/rows")
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/console/alerts/rows", headers=known).status_code == 304
    with transaction(outside.sessions) as session:
        make_alert(session, patient.id)
    changed = client.get("/console/alerts/rows", headers=known)
    assert (changed.status_code, "182/112" in changed.text) == (200, True)
    assert "<strong>1</strong> 条紧急" in client.get("/console/alerts/badge").text
