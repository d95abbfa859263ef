"""The demo's newcomer looks at two patients' phones in one browser: each opens their own pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from sqlalchemy import select

from app.core.db import transaction
from app.patients.tables import WechatIdentity
from tests.conftest import SHOTS
from tests.factories.patients import make_patient
from tests.flows.pictures import DESKTOP
from tests.hospital import Hospital

pytestmark = pytest.mark.browser


@pytest.fixture
def window(browser: Browser, hospital: Hospital) -> Iterator[BrowserContext]:
    """Both follow and have their cards; nobody has opened a page yet."""
    for person, name in (("wang", "王桂芳"), ("li", "李建国")):
        phone = hospital.phone(person)
        phone.follow()
        hospital.work()
        with transaction(hospital.outside.sessions) as session:
            found = select(WechatIdentity).where(WechatIdentity.openid == phone.openid())
            session.scalars(found).one().patient_id = make_patient(session, name=name).id
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    yield context
    context.close()


def open_me(page: Page, hospital: Hospital, person: str) -> FrameLocator:
    """Tap 预约体检 on this person's phone, and in it 我的."""
    page.goto(f"{hospital.outside.settings.wechat_api_base_url}/phone/{person}#chat")
    page.get_by_role("button", name="预约体检").click()
    frame = page.frame_locator("[data-testid=webview-frame]")
    frame.get_by_role("link", name="我的", exact=True).click()
    return frame


def test_the_other_patients_phone_opens_the_other_patients_pages(
    window: BrowserContext, hospital: Hospital
) -> None:
    page = window.new_page()
    for person, name in (("wang", "王桂芳"), ("li", "李建国"), ("wang", "王桂芳")):
        expect(open_me(page, hospital, person).get_by_text(name).first).to_be_visible()
    page.screenshot(path=str(SHOTS / "two-phones.png"))


def test_a_second_tab_closes_the_pages_of_the_first(window: BrowserContext, hospital: Hospital) -> None:
    first, second = window.new_page(), window.new_page()
    expect(open_me(first, hospital, "wang").get_by_text("王桂芳").first).to_be_visible()
    expect(open_me(second, hospital, "li").get_by_text("李建国").first).to_be_visible()
    first.bring_to_front()
    expect(first.get_by_test_id("webview-frame")).to_have_count(0)
    expect(first.get_by_text("另一个窗口里换成了别人的手机")).to_be_visible()
    first.screenshot(path=str(SHOTS / "two-phones-closed.png"))
