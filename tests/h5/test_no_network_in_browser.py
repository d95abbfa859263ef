"""The network goes while a form is filled in: page and typing stay, and it is said where she is."""

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.core.db import read_only
from app.questionnaires.tables import Answer
from app.records.tables import Reading
from app.wiring import Outside

pytestmark = pytest.mark.browser
KEPT = "没有网络，您填的还在，连上后再按一次。"


def answered(outside: Outside) -> list[str]:
    with read_only(outside.readers) as session:
        return list(session.scalars(select(Answer.link_id)))


@pytest.mark.usefixtures("large_type")
def test_in_large_type_the_question_stays_and_is_sent_once_the_network_is_back(
    phone: Page, form_link: str, outside: Outside
) -> None:
    phone.goto(form_link)
    phone.get_by_label("高压").fill("138")
    phone.get_by_label("低压").fill("86")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="下一题").click()
    said = phone.get_by_text(KEPT)
    expect(said).to_be_in_viewport()
    expect(phone.get_by_label("高压")).to_have_value("138")
    expect(phone.get_by_label("低压")).to_have_value("86")
    expect(phone.get_by_role("button", name="下一题")).to_be_enabled()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="下一题").click()
    expect(phone.get_by_text("第 2 /")).to_be_visible()
    expect(said).to_have_count(0)
    assert answered(outside) == ["bp"]


@pytest.mark.usefixtures("large_type")
def test_a_link_leads_nowhere_without_a_network(phone: Page, form_link: str) -> None:
    phone.goto(form_link)
    phone.get_by_label("高压").fill("138")
    phone.get_by_label("低压").fill("86")
    phone.get_by_role("button", name="下一题").click()
    phone.get_by_text("腿脚肿").click()
    phone.context.set_offline(True)
    # A page knows of it once its browser has been told.
    phone.wait_for_function("!navigator.onLine")
    phone.get_by_role("link", name="上一题").click()
    expect(phone.get_by_text("没有网络，这一页先留着")).to_be_in_viewport()
    expect(phone.get_by_role("checkbox", name="腿脚肿")).to_be_checked()


def test_in_standard_type_the_warning_is_where_she_is(phone: Page, form_link: str, outside: Outside) -> None:
    phone.goto(form_link)
    phone.get_by_text("每天按时吃").scroll_into_view_if_needed()
    phone.context.set_offline(True)
    phone.get_by_text("每天按时吃").click()
    said = phone.get_by_text("没有网络，您填的还在")
    expect(said).to_be_in_viewport()
    phone.context.set_offline(False)
    phone.get_by_text("没有不舒服", exact=True).click()
    expect(said).to_have_count(0)
    # What could not be sent then goes with the next thing that can.
    expect(phone.get_by_role("radio", name="每天按时吃")).to_be_checked()
    phone.get_by_label("高压").fill("138")
    phone.get_by_label("低压").fill("86")
    phone.get_by_role("button", name="检查并提交").click()
    expect(phone.get_by_role("heading", name="请看一遍")).to_be_visible()
    assert set(answered(outside)) == {"bp", "symptoms", "medication_adherence"}


def test_a_reading_typed_without_a_network_is_kept_once(phone: Page, outside: Outside) -> None:
    phone.goto("/h5/readings")
    phone.get_by_label("高压").fill("128")
    phone.get_by_label("低压").fill("78")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="记下来").click()
    expect(phone.get_by_text(KEPT)).to_be_in_viewport()
    expect(phone.get_by_label("高压")).to_have_value("128")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="记下来").click()
    expect(phone.locator("#notices")).to_contain_text("记好了")
    with read_only(outside.readers) as session:
        assert sorted(session.scalars(select(Reading.value))) == [78, 128]


def test_an_answer_lost_on_the_way_back_does_no_harm(phone: Page, outside: Outside) -> None:
    """The deed arrived, its answer did not: pressed again it is one deed."""
    phone.goto("/h5/readings")
    phone.get_by_label("高压").fill("128")
    phone.get_by_label("低压").fill("78")

    def swallow(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    phone.route("**/h5/readings", swallow, times=1)
    phone.get_by_role("button", name="记下来").click()
    expect(phone.get_by_text(KEPT)).to_be_in_viewport()
    phone.get_by_role("button", name="记下来").click()
    expect(phone.locator("#notices")).to_contain_text("记好了")
    with read_only(outside.readers) as session:
        assert sorted(session.scalars(select(Reading.value))) == [78, 128]
