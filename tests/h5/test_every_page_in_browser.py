"""Every page of a patient at phone width, in both sizes of type: nothing too wide, no word on end."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.audit.trail import SYSTEM
from app.booking.bookings import book
from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.followup.tables import Task
from app.patients.tables import Patient
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.factories.booking import make_package, make_site, make_slot
from tests.factories.medication import doses_of, make_regimen
from tests.factories.patients import make_card
from tests.factories.records import make_reading

pytestmark = pytest.mark.browser

ON_END = """() => [...document.querySelectorAll('.h5-cell-value, .sh-badge, .btn, h1, h2, dt')]
    .filter(part => part.innerText.trim().length > 1 && part.getClientRects().length)
    .filter(part => part.clientWidth < 1.7 * parseFloat(getComputedStyle(part).fontSize))
    .map(part => part.innerText)"""
CUT = """() => [...document.querySelectorAll('.h5-cell')]
    .filter(cell => cell.getClientRects().length)
    .filter(cell => Math.max(...[...cell.children].map(part => part.getBoundingClientRect().right))
        > cell.getBoundingClientRect().right)
    .map(cell => cell.innerText)"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def pages(outside: Outside, patient_id: str) -> dict[str, str]:
    """{name: address} of a patient with something on every page."""
    now = clock.now()
    today = clock.day_of(now)
    with transaction(outside.sessions) as session:
        nurse_id = session.get_one(Patient, patient_id).nurse_id or ""
        card = make_card(session, patient_id)
        task = session.scalars(select(Task).where(Task.patient_id == patient_id)).first()
        assert task is not None
        done = Task(**{c.name: getattr(task, c.name) for c in Task.__table__.columns if c.name != "id"})
        done.id, done.state, done.done_at, done.node_key = (
            new_id(),
            "done",
            now - timedelta(days=9),
            "earlier",
        )
        done.dedupe_key = new_id()
        session.add(done)
        twice = ("08:00", "20:00")
        regimen = make_regimen(session, patient_id, nurse_id, now - timedelta(days=8), times=twice)
        for dose, state in zip(doses_of(session, regimen), ["taken", "skipped", "unanswered"], strict=False):
            dose.state = state
        for code, value in (("SBP", 188), ("DBP", 98)):
            make_reading(
                session, patient_id, indicator=code, value=value, measured_at=now - timedelta(hours=3)
            )
        package, site = make_package(session), make_site(session)
        slot = make_slot(session, clock.start_of(today + timedelta(days=4)) + timedelta(hours=8), site=site)
        booking = book(session, SYSTEM, patient_id, slot.id, package.id, new_id(), now)
        return {
            "home": "/h5",
            "card": f"/h5/card?new={card.id}",
            "plan": "/h5/plan",
            "medication": "/h5/medication",
            "medication-before": f"/h5/medication/{today - timedelta(days=3)}",
            "skip": f"/h5/medication/skip?dose_ids={doses_of(session, regimen)[-1].id}",
            "packages": "/h5/booking",
            "times": f"/h5/booking/packages/{package.code}",
            "booking": f"/h5/booking/{booking.id}?fresh=1",
            "readings": "/h5/readings",
            "danger": "/h5/readings/danger",
            "messages": "/h5/messages",
            "articles": "/h5/articles",
            "me": "/h5/me",
            "readers": "/h5/me/readers",
            "closed": "/h5/activate/closed/card_used",
            "nowhere": "/h5/nowhere",
        }


@pytest.mark.parametrize("size", ["standard", "large"])
def test_every_page_fits_the_phone(phone: Page, outside: Outside, pages: dict[str, str], size: str) -> None:
    with transaction(outside.sessions) as session:
        for patient in session.scalars(select(Patient)):
            patient.large_type = size == "large"
    folder = Path(SHOTS) / "phone"
    folder.mkdir(parents=True, exist_ok=True)
    wrong: dict[str, object] = {}
    for name, address in pages.items():
        phone.goto(address)
        phone.screenshot(path=folder / f"{name}-{size}.png", full_page=True, caret="initial")
        found = (phone.evaluate(TOO_WIDE), phone.evaluate(ON_END))
        if found != (0, []):
            wrong[name] = found
    assert wrong == {}


def test_nothing_of_a_cell_is_cut_off_for_somebody_new(phone: Page, large_type: None) -> None:
    phone.goto("/h5")
    expect(phone.get_by_text("还没有记录")).to_be_visible()
    assert phone.evaluate(CUT) == []
