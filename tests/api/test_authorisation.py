"""Every operation, from the map of routes itself: nobody in without a token, nobody at another's things."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.factory import create_app
from app.http.patient_auth import PATIENT_COOKIE
from app.patients.sessions import open_session
from app.patients.tables import PatientSession, WechatIdentity
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.booking import make_package, make_slot
from tests.factories.followup import make_plan, make_task
from tests.factories.medication import doses_of, make_regimen
from tests.factories.staff import make_account

BODIES = {
    "/plan/stop": {"reason": "x"},
    "/doses/<dose_id>/skipped": {"reason": "forgot"},
    "/responses/<response_id>/answers/<link_id>": {"value": "120/80"},
}
"""What a write needs beside its request_id to get as far as looking for the object."""


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """(method, path under /api/v1) of every operation but the login."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/sessions":
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method, rule.rule.removeprefix("/api/v1")


def refusals(app: Flask, caller: Caller) -> set[tuple[int, str]]:
    """(status, code) of every operation's answer to this caller."""
    found = set()
    for method, path in routes(app):
        answer = caller.call(method, re.sub("<[^>]+>", new_id(), path), json={"request_id": new_id()})
        assert answer.content_type == "application/problem+json", f"{method} {path}: {answer.status_code}"
        found.add((answer.status_code, answer.get_json()["code"]))
    return found


def test_the_map_is_not_empty(_app: Flask) -> None:
    assert len(list(routes(_app))) >= 30


@pytest.mark.parametrize("token", [None, "", "made-up", "é", "a b", "x" * 5000])
def test_without_a_good_token_everything_is_refused(
    _app: Flask, client: FlaskClient, token: str | None
) -> None:
    assert refusals(_app, Caller(client, token)) == {(401, "session_expired")}


@pytest.mark.parametrize("change", ["revoked_at", "ends_at"])
def test_an_ended_token_opens_nothing(_app: Flask, patient: Caller, outside: Outside, change: str) -> None:
    with transaction(outside.sessions) as session:
        session.execute(update(PatientSession).values({change: clock.machine() - timedelta(seconds=1)}))
    assert refusals(_app, patient) == {(401, "session_expired")}


def test_a_cookie_of_the_pages_is_no_token_nor_the_other_way_round(
    _app: Flask, patient: Caller, outside: Outside
) -> None:
    with transaction(outside.sessions) as session:
        identity = session.scalars(select(WechatIdentity.id)).one()
        page = open_session(session, identity, "page", clock.machine())
    assert refusals(_app, Caller(patient.client, page)) == {(401, "session_expired")}
    patient.client.set_cookie(PATIENT_COOKIE, patient.token or "")
    assert patient.client.get("/h5/me").status_code == 302
    patient.client.set_cookie(PATIENT_COOKIE, page)
    assert patient.client.get("/h5/me").status_code == 200


def test_before_the_card_patients_operations_say_so(_app: Flask, newcomer: Caller) -> None:
    for method, path in routes(_app):
        view = _app.view_functions[_endpoint(_app, method, path)]
        if view.access_rule != "patient":  # type: ignore[attr-defined]
            continue
        answer = newcomer.call(method, re.sub("<[^>]+>", new_id(), path), json={"request_id": new_id()})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "no_card"), f"{method} {path}"


def test_anothers_things_are_not_there(_app: Flask, patient: Caller, other: Caller, outside: Outside) -> None:
    theirs = belongings(patient, outside)
    named = {name for _, path in routes(_app) for name in re.findall("<([^>]+)>", path)}
    assert named <= set(theirs) | {"purpose", "code", "link_id"}, "a new kind of object: give the patient one"
    for method, path in routes(_app):
        if not re.search("<(" + "|".join(theirs) + ")>", path):
            continue
        url = re.sub("<([^>]+)>", lambda name: theirs.get(name[1], "bp"), path)
        answer = other.call(method, url, json={"request_id": new_id(), **BODIES.get(path, {})})
        assert answer.status_code == 404, f"{method} {path}: {answer.status_code} {answer.text}"
        mine = patient.call(method, url, json={"request_id": new_id(), **BODIES.get(path, {})})
        assert mine.status_code != 404, f"{method} {path} does not find its owner's object"


def belongings(owner: Caller, outside: Outside) -> dict[str, str]:
    """One of everything, by the name it has in paths."""
    week = clock.now() + timedelta(days=7)
    with transaction(outside.sessions) as session:
        make_plan(session, owner.patient_id, now=clock.now())
        task = make_task(session, owner.patient_id, form_code="hypertension_followup").id
        nurse = make_account(session).id
        dose = doses_of(session, make_regimen(session, owner.patient_id, nurse, clock.now()))[0]
        dose.due_at = clock.now()
        wish = {"slot_id": make_slot(session, week).id, "package_id": make_package(session).id}
        dose_id = dose.id
    booking = owner.post("/bookings", **wish).get_json()["id"]
    response = owner.post(f"/tasks/{task}/response").get_json()["id"]
    return {"task_id": task, "dose_id": dose_id, "booking_id": booking, "response_id": response}


def test_forms_of_pages_still_need_their_csrf_token(outside: Outside, patient: Caller) -> None:
    """Programs are exempt because they bring no cookies; pages are not."""
    client = create_app(outside).test_client()
    headers = {"Authorization": f"Bearer {patient.token}"}
    api = client.patch("/api/v1/me", json={"request_id": new_id(), "large_type": True}, headers=headers)
    assert api.status_code == 200
    assert client.post("/h5/large-type", data={"on": "yes"}).status_code == 400


def _endpoint(app: Flask, method: str, path: str) -> str:
    rules = app.url_map.iter_rules()
    return next(
        rule.endpoint for rule in rules if rule.rule == f"/api/v1{path}" and method in (rule.methods or ())
    )
