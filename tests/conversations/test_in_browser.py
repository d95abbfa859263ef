"""The inbox in a real browser: by keyboard, live, and without ever losing what was being written."""

import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select

from app.conversations.inbox import receive
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import read_only, transaction
from app.messaging.tables import Message
from app.messaging.windows import close, note_user_act
from app.staff import sessions
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_shift
from tests.factories.ward import Ward, make_ward
from tests.hospital import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def ward(outside: Outside) -> Ward:
    """王桂芳 waits longest, 李建国 wrote just now; both windows are open and the nurse is there."""
    now = clock.now()
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        make_shift(session, found.nurse.id, starts_at=now - timedelta(hours=1))
        other = make_identity(session, make_patient(session, name="李建国").id)
        for chat, words, minutes in ((found.chat, "药要空腹吃吗？", 14), (other, "在吗", 2)):
            make_patient_line(session, chat, words, now - timedelta(minutes=minutes))
            note_user_act(session, chat.id, "message", now, now)
    return found


@pytest.fixture
def page(browser: Browser, outside: Outside, ward: Ward, _served: Served) -> Iterator[Page]:
    with transaction(outside.sessions) as session:
        token = sessions.open_session(session, ward.nurse.id, clock.machine())
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=_served.url)
    context.add_cookies([{"name": "suihu_staff", "value": token, "url": _served.url}])
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
    yield opened
    context.close()
    assert troubles == []


def test_a_nurse_opens_and_answers_by_keyboard_alone(page: Page, outside: Outside, ward: Ward) -> None:
    page.goto("/console/inbox")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="王桂芳")).to_be_visible()
    # The heading is drawn before the page's scripts listen for keys.
    page.wait_for_load_state("load")
    page.keyboard.press("r")
    expect(page.locator("#f-text")).to_be_focused()
    page.keyboard.type("饭后吃就行。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#lines")).to_contain_text("饭后吃就行。")
    expect(page.locator("#f-text")).to_have_value("")
    with read_only(outside.readers) as session:
        assert session.scalars(select(Message.text).where(Message.purpose == "nurse_message")).all() == [
            "饭后吃就行。"
        ]


def test_a_new_line_appears_while_a_draft_is_being_written(page: Page, outside: Outside, ward: Ward) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").fill("我正在查一下")
    with transaction(outside.sessions) as session:
        make_patient_line(session, ward.chat, "还有，晚上的药呢？", clock.now())
    expect(page.locator("#lines")).to_contain_text("还有，晚上的药呢？")
    expect(page.locator("#f-text")).to_have_value("我正在查一下")
    page.screenshot(path=str(SHOTS / "talk-draft.png"), caret="initial")


def test_impatient_clicks_send_once(page: Page, outside: Outside, ward: Ward) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").fill("饭后吃就行。")
    page.get_by_role("button", name="发送").dblclick()
    expect(page.locator("#lines")).to_contain_text("饭后吃就行。")
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).where(Line.author_kind == "staff")) == 1


def test_what_did_not_go_out_returns_to_the_empty_composer(page: Page, outside: Outside, ward: Ward) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").fill("饭后吃就行。")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#lines")).to_contain_text("饭后吃就行。")
    with transaction(outside.sessions) as session:
        message = session.scalars(select(Message).where(Message.purpose == "nurse_message")).one()
        message.state, message.reason = "failed", "微信窗口已关"
    expect(page.locator("#f-text")).to_have_value("饭后吃就行。")
    expect(page.locator("#composer")).to_contain_text("上一条没有发出：微信窗口已关")


def test_a_window_that_shuts_while_writing_keeps_the_text_and_offers_the_card(
    page: Page, outside: Outside, ward: Ward
) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").fill("饭后吃就行。")
    with transaction(outside.sessions) as session:
        close(session, ward.chat.id, clock.now())
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("button", name="发留言卡片")).to_be_visible()
    expect(page.locator("#f-text")).to_have_value("饭后吃就行。")
    page.screenshot(path=str(SHOTS / "talk-window-shut.png"), caret="initial")
    page.get_by_role("button", name="发留言卡片").click()
    expect(page.locator("#lines")).to_contain_text("患者还没有打开")


def test_the_buttons_follow_the_window_by_themselves(page: Page, outside: Outside, ward: Ward) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").fill("饭后吃就行。")
    with transaction(outside.sessions) as session:
        close(session, ward.chat.id, clock.now())
    expect(page.get_by_role("button", name="发留言卡片")).to_be_visible(timeout=20_000)
    expect(page.locator("#composer")).to_contain_text("窗口已关")
    expect(page.get_by_role("button", name="发送")).to_have_count(0)
    expect(page.locator("#f-text")).to_have_value("饭后吃就行。")
    expect(page.locator("#f-text")).to_be_focused()
    page.screenshot(path=str(SHOTS / "talk-window-shut-by-itself.png"), caret="initial")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#lines")).to_contain_text("患者还没有打开")
    with transaction(outside.sessions) as session:
        note_user_act(session, ward.chat.id, "message", clock.now(), clock.now())
    expect(page.get_by_role("button", name="发送")).to_be_visible(timeout=20_000)


def test_a_draft_outlives_a_look_at_the_patient_and_ends_when_it_is_sent(
    page: Page, outside: Outside, ward: Ward
) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").press_sequentially("我正在查一下")
    page.get_by_role("link", name="看患者").click()
    expect(page.get_by_role("link", name="写消息")).to_be_visible()
    page.get_by_role("link", name="写消息").click()
    expect(page.locator("#f-text")).to_have_value("我正在查一下")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#lines")).to_contain_text("我正在查一下")
    page.reload()
    expect(page.locator("#f-text")).to_have_value("")


def test_who_signs_out_leaves_no_draft_behind(page: Page, outside: Outside, ward: Ward) -> None:
    open_talk(page, outside, ward)
    page.locator("#f-text").press_sequentially("我正在查一下")
    assert drafts(page) == 1
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码")).to_be_visible()
    assert drafts(page) == 0


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft:')).length"))


def test_the_composer_and_the_newest_line_are_in_view_whatever_came(
    page: Page, outside: Outside, ward: Ward
) -> None:
    """A long talk with a danger in it and a picture at its end, on a ward computer's screen."""
    with transaction(outside.sessions) as session:
        for place in range(12):
            make_patient_line(session, ward.chat, f"胸口疼 第 {place} 句", clock.now())
    open_talk(page, outside, ward)
    picture = outside.storage.save(portrait_png(), ".png")
    with transaction(outside.sessions) as session:
        receive(
            session,
            ward.chat.id,
            ward.patient.id,
            "image",
            "[图片]",
            "m1",
            "picture-1",
            clock.now(),
            media_path=picture,
        )
    expect(page.locator("#lines img")).to_have_js_property("naturalHeight", 600)
    thread = page.locator("#thread")
    expect(thread).to_have_js_property("scrollTop", at_end(thread))
    send = page.get_by_role("button", name="发送").bounding_box()
    assert send is not None and send["y"] + send["height"] <= 900
    assert page.evaluate("window.scrollY") == 0
    page.screenshot(path=str(SHOTS / "talk-picture.png"))


def at_end(thread: Locator) -> int:
    return int(thread.evaluate("thread => thread.scrollHeight - thread.clientHeight"))


def portrait_png() -> bytes:
    """A grey picture of 400 by 600."""
    lines = zlib.compress((b"\0" + b"\x88" * 400) * 600)
    header = struct.pack(">IIBBBBB", 400, 600, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", lines), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def open_talk(page: Page, outside: Outside, ward: Ward) -> None:
    with read_only(outside.readers) as session:
        talk = session.scalars(
            select(Conversation.id).where(Conversation.patient_id == ward.patient.id)
        ).one()
    page.goto(f"/console/inbox/{talk}")
