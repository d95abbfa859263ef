"""A mini-program as the API's tests hold it: a person with a phone, a token, and the calls."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.codes import CODES
from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.patients.sessions import open_session
from app.wiring import Outside
from tests.factories.patients import make_identity, make_patient
from tests.hospital import Json, Phone


class Caller:
    """Calls /api/v1 with a token, or without one."""

    def __init__(self, client: FlaskClient, token: str | None = None, patient_id: str = "") -> None:
        self.client, self.token, self.patient_id = client, token, patient_id

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, query_string=query)

    def post(self, path: str, **body: Any) -> TestResponse:
        """A write; it has a request_id of its own unless the test gives one."""
        return self.call("POST", path, json={"request_id": new_id(), **body})

    def put(self, path: str, **body: Any) -> TestResponse:
        return self.call("PUT", path, json={"request_id": new_id(), **body})

    def patch(self, path: str, **body: Any) -> TestResponse:
        return self.call("PATCH", path, json={"request_id": new_id(), **body})

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)

    def call(self, method: str, path: str, **how: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, **how)
        if answer.status_code >= 400:
            ensure_promised(answer.get_json())
        return answer


def ensure_promised(problem: dict[str, Any]) -> None:
    """Every refusal, and every fault in it, has a code of the table, with its status."""
    assert CODES[problem["code"]][0] == problem["status"], problem
    assert {fault["code"] for fault in problem.get("problems", ())} <= set(CODES), problem


@pytest.fixture
def stranger(client: FlaskClient) -> Caller:
    """A mini-program that has not logged in."""
    return Caller(client)


@pytest.fixture
def phone(outside: Outside) -> Phone:
    """王桂芳's phone."""
    return Phone(Json(outside.settings.wechat_api_base_url), "wang")


@pytest.fixture
def newcomer(client: FlaskClient, outside: Outside) -> Caller:
    """Somebody logged in who has not activated a card."""
    with transaction(outside.sessions) as session:
        identity = make_identity(session, app_kind="mp")
        token = open_session(session, identity.id, "api", clock.machine())
    return Caller(client, token)


@pytest.fixture
def patient(client: FlaskClient, outside: Outside) -> Caller:
    """A patient of ours, logged in."""
    return make_caller(client, outside)


@pytest.fixture
def other(client: FlaskClient, outside: Outside) -> Caller:
    """Another patient of ours, logged in."""
    return make_caller(client, outside, name="李建国")


def make_caller(client: FlaskClient, outside: Outside, **patient: Any) -> Caller:
    """A patient with a mini-program identity and a token."""
    with transaction(outside.sessions) as session:
        row = make_patient(session, **patient)
        identity = make_identity(session, row.id, app_kind="mp")
        token = open_session(session, identity.id, "api", clock.machine())
    return Caller(client, token, row.id)
