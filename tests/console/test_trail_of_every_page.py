"""Every console page that shows a patient leaves a row of the trail; no window's title names anybody."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.audit.tables import Access
from app.audit.trail import SYSTEM
from app.booking.bookings import book
from app.conversations.tables import Conversation
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.booking import make_package, make_slot
from tests.factories.conversations import make_patient_line
from tests.factories.followup import make_content, make_task
from tests.factories.medication import make_regimen
from tests.factories.questionnaires import make_draft
from tests.factories.staff import make_shift, signed_in
from tests.factories.ward import make_ward

NAME = "王桂芳"
DIRECTORIES = {
    "/console/patients": "names and tags to choose from",
    "/console/tasks": "names and what is to be done",
    "/console/messages": "names and how a message fared",
    "/console/booking": "names and times of a day's check-ups",
    "/console/inbox/<conversation_id>/way": "how an answer would travel",
    "/console/inbox/<conversation_id>/composer": "where an answer is written",
}
"""{route: what it shows}: whom there is to choose from or to write to, nothing of anybody's health."""


@pytest.fixture
def ids(outside: Outside) -> dict[str, str]:
    """One patient with something of every kind, by the names that addresses give their ids."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        make_content(session)
        ward = make_ward(session)
        make_shift(session, ward.nurse.id, starts_at=now)
        make_patient_line(session, ward.chat, "早上的药要空腹吃吗？", now)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        draft = make_draft(session, ward.patient.id, code="hypertension_followup")
        slot = make_slot(session, now + timedelta(days=3))
        package = make_package(session)
        booking = book(session, SYSTEM, ward.patient.id, slot.id, package.id, new_id(), now)
        return {
            "patient_id": ward.patient.id,
            "alert_id": make_alert(session, ward.patient.id, now=now, source_id=draft.id).id,
            "task_id": make_task(session, ward.patient.id, kind="review").id,
            "regimen_id": regimen.id,
            "response_id": draft.id,
            "conversation_id": session.scalars(select(Conversation.id)).one(),
            "booking_id": booking.id,
        }


def pages(app: Flask, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(route, address) of every console page whose ids are known here."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/console") or "GET" not in (rule.methods or set()):
            continue
        if rule.arguments <= ids.keys():
            yield rule.rule, re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids[found[1]], rule.rule)


@pytest.mark.parametrize("role", ["nurse", "doctor", "administrator", "front_desk"])
def test_every_page_that_names_a_patient_leaves_a_row_and_no_title_names_anybody(
    client: FlaskClient, outside: Outside, _app: Flask, ids: dict[str, str], role: str
) -> None:
    signed_in(client, outside, role=role)
    seen: set[str] = set()
    for route, address in pages(_app, ids):
        with transaction(outside.sessions) as session:
            session.execute(delete(Access))
        page = client.get(address)
        title = re.search(r"<title>(.*?)</title>", page.text, re.S)
        assert title is None or NAME not in title[1], route
        if page.status_code != 200 or NAME not in page.text:
            continue
        seen.add(route)
        with read_only(outside.readers) as session:
            traced = session.scalars(select(Access.what).where(Access.patient_id == ids["patient_id"])).all()
        assert traced or route in DIRECTORIES, f"{route} shows a patient and leaves no trace"
    assert seen, "nobody was shown at all"
