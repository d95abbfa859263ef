"""The pages a nurse works from, at the sizes of a ward computer and of a telephone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.alerts import handling
from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.core import clock
from app.core.db import transaction
from app.staff import sessions
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.staff import make_account, make_shift
from tests.factories.ward import Ward, make_ward
from tests.hospital import Served

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "computer": (1440, 900)}


@pytest.fixture
def ward(outside: Outside) -> Ward:
    """王桂芳 wrote of two dangers; an older alert of hers was taken and left lying."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        make_account(session, role="doctor", name="张伟")
        make_shift(session, found.nurse.id, starts_at=now - timedelta(hours=9), hours=12)
        old = make_alert(session, found.patient.id, urgency="high", title="吃氨氯地平后不舒服", now=now)
        handling.acknowledge(session, Actor("staff", found.nurse.id), old.id, now - timedelta(hours=5))
        make_patient_line(session, found.chat, "胸口疼得厉害", now - timedelta(minutes=40))
        for place in range(8):
            make_patient_line(session, found.chat, f"在吗 {place}", now - timedelta(minutes=30 - place))
        make_patient_line(session, found.chat, "血压 182/112，头晕", now - timedelta(minutes=20))
    return found


@pytest.fixture(params=SIZES)
def page(
    request: pytest.FixtureRequest, browser: Browser, outside: Outside, ward: Ward, _served: Served
) -> Iterator[Page]:
    with transaction(outside.sessions) as session:
        token = sessions.open_session(session, ward.nurse.id, clock.machine())
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=_served.url)
    context.add_cookies([{"name": "suihu_staff", "value": token, "url": _served.url}])
    yield context.new_page()
    context.close()


def shoot(page: Page, name: str) -> None:
    width = (page.viewport_size or {})["width"]
    page.screenshot(path=str(SHOTS / f"danger-{name}-{width}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_home_alert_and_patient_say_what_is_wrong_in_the_patients_words(
    page: Page, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        alert_id = session.scalars(select(Alert.id).where(Alert.urgency == "critical")).one()
    page.goto("/console")
    expect(page.locator(".ch-critical").first).to_contain_text("「血压 182/112，头晕」「胸口疼得厉害」")
    expect(page.locator(".ch-alerts")).to_contain_text("前写下处理结果，已超时")
    shoot(page, "home")
    page.goto(f"/console/alerts/{alert_id}")
    expect(page.locator(".al-said")).to_have_count(2)
    shoot(page, "alert")
    page.goto("/console/alerts")
    shoot(page, "alerts")
    page.goto(f"/console/patients/{ward.patient.id}")
    expect(page.locator(".sh-line-danger")).to_have_count(2)
    shoot(page, "patient")
    if (page.viewport_size or {})["width"] < 500:
        banner, buttons = (
            page.locator(each).first.bounding_box() for each in (".pp-critical", ".pp-actions")
        )
        assert banner is not None and buttons is not None
        assert banner["y"] < buttons["y"]
    assert page.locator(".pp-alert-title").all_inner_texts()[0].startswith("患者提到胸痛；患者说血压")


def test_parts_of_the_home_stay_in_their_columns_when_it_renews_itself(
    page: Page, outside: Outside, ward: Ward
) -> None:
    page.goto("/console")
    places = [page.locator(f".ch-{part}").bounding_box() for part in ("alerts", "waiting")]
    with transaction(outside.sessions) as session:
        for place in range(5):
            make_alert(session, ward.patient.id, urgency="normal", title=f"第 {place} 条", now=clock.now())
    expect(page.locator(".ch-alerts")).to_contain_text("第 4 条")
    again = [page.locator(f".ch-{part}").bounding_box() for part in ("alerts", "waiting")]
    assert [box and box["x"] for box in again] == [box and box["x"] for box in places]
