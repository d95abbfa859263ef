"""Staff set and take away tags on the patient's page; a rule's tag is the rule's."""

from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Change
from app.core.db import read_only, transaction
from app.wiring import Outside
from tests.factories.patients import make_patient
from tests.factories.risk import make_tag
from tests.factories.staff import make_account, sign_in_as


def test_a_tag_is_set_once_and_taken_away(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient = make_patient(session)
        make_tag(session, patient.id, tag="高血压")
    base = f"/console/patients/{patient.id}/tags"
    for _ in range(2):
        line = client.post(base, data={"tag": "听力不好", "why": "电话里要大声说"}).text
    assert line.count("听力不好</span>") == 1 or line.count("去掉标签 听力不好") == 1
    assert "去掉标签 高血压" not in line, "a rule's tag is not a person's to take away"
    assert "听力不好" in client.get(f"/console/patients/{patient.id}").text
    assert "听力不好" not in client.post(f"{base}/remove", data={"tag": "听力不好"}).text
    with read_only(outside.readers) as session:
        assert set(session.scalars(select(Change.action).where(Change.subject == "tag"))) == {"set", "ended"}


def test_a_tag_without_a_name_is_refused_beside_the_field(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient = make_patient(session)
    refused = client.post(f"/console/patients/{patient.id}/tags", data={"tag": " ", "why": "想记住"})
    assert refused.status_code == 422
    assert "标签要写 1 到 32 个字" in refused.text
    assert "想记住" in refused.text


def test_nobodys_tags_are_not_there(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
    assert client.post("/console/patients/nobody/tags", data={"tag": "x"}).status_code == 404
