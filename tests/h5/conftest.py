"""A patient's phone in a real browser: signed in, asked this morning, in large type or not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app.core import clock
from app.core.db import read_only, transaction
from app.followup.reminders import remind_due
from app.messaging.tables import Message
from app.patients import sessions
from app.patients.tables import Patient
from app.wiring import Outside
from tests.factories.followup import make_plan
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account
from tests.hospital import Served


@pytest.fixture
def patient_id(outside: Outside) -> str:
    """王秀兰, with a plan whose first form is open."""
    with transaction(outside.sessions) as session:
        patient = make_patient(session, nurse_id=make_account(session, name="李敏").id)
        make_plan(session, patient.id)
        remind_due(session, clock.now())
        return patient.id


@pytest.fixture
def large_type(outside: Outside, patient_id: str) -> None:
    """She reads in large type."""
    with transaction(outside.sessions) as session:
        session.get_one(Patient, patient_id).large_type = True


@pytest.fixture
def phone(browser: Browser, outside: Outside, patient_id: str, _served: Served) -> Iterator[Page]:
    """Her phone; no script may fail and no policy be broken on it."""
    with transaction(outside.sessions) as session:
        identity = make_identity(session, patient_id)
        token = sessions.open_session(session, identity.id, "page", clock.machine())
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=_served.url)
    context.add_cookies([{"name": "suihu_patient", "value": token, "url": _served.url}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def form_link(outside: Outside, patient_id: str) -> str:
    """Where the card of her follow-up leads."""
    with read_only(outside.readers) as session:
        found = session.scalars(
            select(Message.link).where(Message.purpose == "followup_due", Message.patient_id == patient_id)
        )
        return found.one() or ""
