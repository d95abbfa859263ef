"""The form in a real browser: answers are kept as they are given, questions come and go, danger is seen."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect
from sqlalchemy import select

from app.alerts.tables import Alert
from app.core import clock
from app.core.db import read_only, transaction
from app.followup import calls
from app.followup.reminders import remind_due
from app.followup.tables import Task
from app.http.staff_auth import STAFF_COOKIE
from app.messaging.tables import Message
from app.patients import sessions
from app.patients.tables import Patient
from app.questionnaires.tables import Answer, Response
from app.staff import sessions as staff_sessions
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.factories.followup import make_plan
from tests.factories.patients import make_identity, make_patient
from tests.factories.records import make_reading
from tests.factories.staff import make_account
from tests.hospital import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def token(outside: Outside) -> str:
    """王秀兰 has been asked this morning, and measured now and then before."""
    with transaction(outside.sessions) as session:
        patient = make_patient(session, nurse_id=make_account(session, name="李敏").id)
        identity = make_identity(session, patient.id)
        for weeks, pressure in ((20, (152, 94)), (12, (141, 88)), (6, (138, 86))):
            for code, value in zip(("SBP", "DBP"), pressure, strict=True):
                at = clock.now() - timedelta(weeks=weeks)
                make_reading(session, patient.id, indicator=code, value=value, measured_at=at)
        make_plan(session, patient.id, now=clock.now() - timedelta(days=2))
        remind_due(session, clock.now())
        return sessions.open_session(session, identity.id, "page", clock.machine())


@pytest.fixture
def page(browser: Browser, token: str, _served: Served, request: pytest.FixtureRequest) -> Iterator[Page]:
    width = getattr(request, "param", 390)
    context = browser.new_context(viewport={"width": width, "height": 844}, base_url=_served.url)
    context.add_cookies([{"name": "suihu_patient", "value": token, "url": _served.url}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert troubles == []


def link(outside: Outside) -> str:
    with read_only(outside.readers) as session:
        return session.scalars(select(Message.link).where(Message.purpose == "followup_due")).one() or ""


def kept(outside: Outside) -> set[str]:
    with read_only(outside.readers) as session:
        return set(session.scalars(select(Answer.link_id)))


def given(outside: Outside, link_id: str) -> object:
    with read_only(outside.readers) as session:
        return session.scalars(select(Answer.value).where(Answer.link_id == link_id)).one_or_none()


def until(page: Page, true: Callable[[], object], words: str) -> None:
    """Let the page go on until it is true."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, words
        page.wait_for_timeout(20)


def shot(page: Page, name: str, full: bool = True) -> None:
    folder = Path(SHOTS) / "care"
    folder.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {})["width"]
    # Hiding the caret would write an inline style, and the page's policy would rightly complain.
    page.screenshot(path=folder / f"{name}-{width}.png", full_page=full, caret="initial")


@pytest.mark.parametrize("page", [390, 1440], indirect=True)
def test_an_emergency_is_answered_on_the_page_and_the_rest_can_be_finished(
    page: Page, outside: Outside
) -> None:
    page.goto(link(outside))
    shot(page, "form-begin")
    page.get_by_label("高压").fill("182")
    page.get_by_label("低压").fill("112")
    page.get_by_label("低压").blur()
    danger = page.locator("#danger")
    expect(danger).to_contain_text("拨打 120")
    expect(danger).to_be_in_viewport()
    shot(page, "form-danger", full=False)
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.state)).all() == ["open"]
    page.get_by_text("头晕（不厉害）").click()
    page.get_by_text("有时忘记或少吃").click()
    expect(page.get_by_text("没有按时吃药，主要是因为什么？")).to_be_visible()
    page.get_by_text("每天按时吃").click()
    expect(page.get_by_text("没有按时吃药，主要是因为什么？")).to_be_hidden()
    expect(page.locator("#form-progress")).to_contain_text("要填的都填好了")
    assert kept(outside) == {"bp", "symptoms", "medication_adherence"}
    page.get_by_text("体重").scroll_into_view_if_needed()
    shot(page, "form-filled")
    page.get_by_role("button", name="检查并提交").click()
    expect(page.get_by_role("heading", name="请看一遍")).to_be_visible()
    shot(page, "form-review")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    shot(page, "form-thanks")
    with read_only(outside.readers) as session:
        assert session.scalars(select(Response.state)).all() == ["submitted"]
    page.goto("/h5/plan")
    shot(page, "plan")


def test_an_answer_that_arrives_late_does_not_take_the_danger_away(page: Page, outside: Outside) -> None:
    page.goto(link(outside))
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/answers/medication_adherence", lambda route: held.append((route, route.fetch())))
    page.get_by_text("每天按时吃").click()
    page.get_by_label("高压").fill("182")
    page.get_by_label("低压").fill("112")
    page.get_by_label("低压").blur()
    expect(page.locator("#danger")).to_contain_text("拨打 120")
    expect(page.locator("#form-progress")).to_contain_text("还有 1 题要填")
    route, answer = held[0]
    with page.expect_response("**/answers/medication_adherence"):
        route.fulfill(response=answer)
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    expect(page.locator("#danger")).to_contain_text("拨打 120")
    expect(page.locator("#form-progress")).to_contain_text("还有 1 题要填")


def test_a_second_tap_while_the_first_is_under_way_is_kept(page: Page, outside: Outside) -> None:
    page.goto(link(outside))
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/answers/symptoms", lambda route: held.append((route, route.fetch())), times=1)
    page.get_by_text("头晕（不厉害）").click()
    page.get_by_text("腿脚肿").click()
    until(page, lambda: held, "the first tap has not been sent")
    route, answer = held[0]
    with page.expect_response("**/answers/symptoms"):
        route.fulfill(response=answer)
    until(page, lambda: given(outside, "symptoms") == ["dizziness", "leg_oedema"], "a tap was lost")
    expect(page.get_by_role("checkbox", name="头晕（不厉害）")).to_be_checked()
    expect(page.get_by_role("checkbox", name="腿脚肿")).to_be_checked()


def test_nothing_wrong_and_a_complaint_take_turns(page: Page, outside: Outside) -> None:
    page.goto(link(outside))
    page.get_by_text("没有不舒服", exact=True).click()
    expect(page.get_by_role("checkbox", name="没有不舒服")).to_be_checked()
    page.get_by_text("腿脚肿").click()
    expect(page.get_by_role("checkbox", name="没有不舒服")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="腿脚肿")).to_be_checked()


def test_a_complaint_is_only_taken_back_by_itself(page: Page, outside: Outside) -> None:
    page.goto(link(outside))
    none, swollen = (page.get_by_role("checkbox", name=name) for name in ("没有不舒服", "腿脚肿"))
    page.get_by_text("腿脚肿").click()
    until(page, lambda: given(outside, "symptoms") == ["leg_oedema"], "the complaint was not kept")
    page.get_by_text("没有不舒服", exact=True).click()
    expect(none).not_to_be_checked()
    expect(swollen).to_be_checked()
    expect(page.get_by_role("alert")).to_have_text(
        "您选了“腿脚肿”，就不能再选“没有不舒服”。要是点错了，请先把“腿脚肿”点掉。"
    )
    swollen.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_text("没有不舒服", exact=True).click()
    until(page, lambda: given(outside, "symptoms") == ["none"], "the correction was not kept")


def test_in_large_type_chest_pain_takes_nothing_wrong_away(page: Page, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.scalars(select(Patient)).one().large_type = True
    page.goto(link(outside))
    page.get_by_label("高压").fill("136")
    page.get_by_label("低压").fill("84")
    page.get_by_role("button", name="下一题").click()
    page.get_by_text("没有不舒服", exact=True).click()
    page.get_by_text("胸口痛", exact=True).click()
    expect(page.get_by_role("checkbox", name="没有不舒服")).not_to_be_checked()
    page.get_by_text("没有不舒服", exact=True).click()
    expect(page.get_by_role("checkbox", name="胸口痛")).to_be_checked()
    expect(page.get_by_role("checkbox", name="没有不舒服")).not_to_be_checked()
    expect(page.get_by_text("您选了“胸口痛”")).to_be_visible()
    page.get_by_role("button", name="下一题").click()
    expect(page.get_by_text("拨打 120").first).to_be_visible()
    assert given(outside, "symptoms") == ["chest_pain"]
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.reason)).all() == ["danger_symptom"]


@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
def test_who_has_not_measured_answers_the_rest(page: Page, outside: Outside, large: bool) -> None:
    with transaction(outside.sessions) as session:
        session.scalars(select(Patient)).one().large_type = large
    page.goto(link(outside))
    page.get_by_label("高压").fill("13")
    page.get_by_label("低压").fill("86")
    page.get_by_label("低压").blur()
    if large:
        page.get_by_role("button", name="下一题").click()
    expect(page.get_by_text("高压 13 太低了，是不是少按了一位？")).to_be_visible()
    page.get_by_label("高压").fill("")
    page.get_by_label("低压").fill("")
    page.get_by_label("今天没有量血压，或者没有血压计").check()
    if large:
        page.get_by_role("button", name="下一题").click()
    until(page, lambda: given(outside, "bp") == {"absent": "not_measured"}, "没量 was not kept")
    page.get_by_text("没有不舒服", exact=True).click()
    if large:
        page.get_by_role("button", name="下一题").click()
    page.get_by_text("每天按时吃").click()
    if not large:
        expect(page.locator("#form-progress")).to_contain_text("要填的都填好了")
        shot(page, "form-not-measured")
        page.get_by_role("button", name="检查并提交").click()
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("还没有血压，护士会联系您")).to_be_visible()


def test_a_number_that_does_not_fit_is_said_beside_it(page: Page, outside: Outside) -> None:
    page.goto(link(outside))
    page.get_by_label("高压").fill("82")
    page.get_by_label("低压").fill("138")
    page.get_by_label("低压").blur()
    expect(page.get_by_text("填反了")).to_be_visible()
    shot(page, "form-wrong", full=False)
    assert kept(outside) == set()


def test_in_large_type_one_question_a_screen(page: Page, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        session.scalars(select(Patient)).one().large_type = True
    page.goto(link(outside))
    shot(page, "large-pressure", full=False)
    page.get_by_label("高压").fill("182")
    page.get_by_label("低压").fill("112")
    page.get_by_role("button", name="下一题").click()
    expect(page.get_by_text("拨打 120").first).to_be_visible()
    shot(page, "large-danger")
    page.get_by_text("没有不舒服", exact=True).click()
    page.get_by_role("button", name="下一题").click()
    # A picture taken while one page gives way to the next can hang the browser.
    expect(page.get_by_text("每天按时吃")).to_be_visible()
    shot(page, "large-choice")
    page.get_by_text("每天按时吃").click()
    page.get_by_role("button", name="下一题").click()
    review = page.get_by_role("heading", name="请看一遍")
    skip = page.get_by_text("这一题不填，跳过")
    expect(skip.or_(review)).to_be_visible()
    while skip.is_visible():
        before = page.url
        skip.click()
        page.wait_for_url(lambda url, before=before: url != before)
        expect(skip.or_(review)).to_be_visible()
    expect(page.get_by_role("heading", name="请看一遍")).to_be_visible()
    shot(page, "large-review")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    shot(page, "large-thanks")


def test_the_way_out_of_the_plan_is_asked_about_first(page: Page, outside: Outside) -> None:
    page.goto("/h5/plan")
    page.get_by_text("不想再收到随访了").click()
    page.get_by_text("提醒太多").click()
    shot(page, "plan-stop")
    page.get_by_role("button", name="停止计划").click()
    page.get_by_role("dialog").get_by_role("button", name="停止计划").click()
    expect(page.get_by_role("link", name="跟护士说一声")).to_be_visible()
    shot(page, "plan-stopped")


@pytest.mark.parametrize("page", [390, 1440], indirect=True)
def test_a_nurse_fills_in_the_form_on_the_telephone(page: Page, outside: Outside, _served: Served) -> None:
    with transaction(outside.sessions) as session:
        asked = session.scalars(select(Task).where(Task.node_key == "first_followup")).one()
        call = calls.open_for(session, asked, clock.now())
        token = staff_sessions.open_session(session, call.assignee_id or "", clock.machine())
    page.context.add_cookies([{"name": STAFF_COOKIE, "value": token, "url": _served.url}])
    page.goto("/console/tasks")
    shot(page, "tasks")
    page.goto(f"/console/tasks/{call.id}")
    shot(page, "task-call")
    page.get_by_role("link", name="开始填问卷").click()
    page.get_by_label("高压").fill("182")
    page.get_by_label("低压").fill("112")
    page.get_by_label("低压").blur()
    expect(page.locator("#danger")).to_contain_text("请马上这样告诉患者")
    page.get_by_text("没有不舒服", exact=True).click()
    page.get_by_text("每天按时吃").click()
    expect(page.locator("#form-progress")).to_contain_text("要填的都填好了")
    shot(page, "call-form")
    page.get_by_role("button", name="提交，结束通话任务").click()
    expect(page.get_by_text("已经报了预警")).to_be_visible()
    shot(page, "call-done")
    page.goto("/console/alerts")
    shot(page, "alerts")
    page.get_by_role("link", name="血压 182/112").first.click()
    expect(page.get_by_role("link", name="看这次的回答")).to_be_visible()
    shot(page, "alert")
    page.get_by_role("link", name="看这次的回答").click()
    expect(page.get_by_role("link", name="返回患者")).to_be_visible()
    shot(page, "response")
    page.get_by_role("link", name="返回患者").click()
    page.get_by_text("加标签").click()
    page.get_by_label("标签", exact=True).fill("听力不好")
    shot(page, "tags", full=False)
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("button", name="去掉标签 听力不好")).to_be_visible()
    page.get_by_text("暂停或停止计划").click()
    shot(page, "patient")
