"""A person's phone on the emulator's phone page: what a thumb does and an eye sees."""

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.flows.pictures import DESKTOP, PHONE, shoot, words_are_chinese


class Handset:
    """One person's WeChat in a browser of its own."""

    def __init__(self, page: Page, emulator_url: str, person: str) -> None:
        self.page = page
        self._address = f"{emulator_url}/phone/{person}"
        self.to_chats()

    @property
    def web(self) -> FrameLocator:
        """The page open inside WeChat."""
        return self.page.frame_locator("[data-testid=webview-frame]").last

    @property
    def chat(self) -> Locator:
        """All that stands in the hospital's chat."""
        return self.page.get_by_test_id("messages-chat")

    def to_chats(self) -> None:
        """WeChat as it opens."""
        self.page.goto(self._address)

    def to_chat(self) -> None:
        """The hospital's chat, with nothing on top of it."""
        while self.page.get_by_test_id("webview-frame").count():
            self.close()
        self.page.goto(f"{self._address}#chat")
        expect(self.chat).to_be_visible()

    def cards(self, title: str) -> Locator:
        """The template cards of this title in the chat."""
        return self._titled(self.chat, title)

    def article(self, title: str) -> Locator:
        """The article of this title in the chat."""
        return self.chat.locator(".card-news", has_text=title)

    def to_notices(self) -> None:
        """服务通知: where WeChat collects what mini-programs send."""
        self.page.goto(f"{self._address}#notices")
        expect(self._notices).to_be_visible()

    def notices(self, title: str) -> Locator:
        """The mini-program's messages of this title."""
        return self._titled(self._notices, title)

    @property
    def _notices(self) -> Locator:
        return self.page.get_by_test_id("messages-notices")

    def _titled(self, thread: Locator, title: str) -> Locator:
        return thread.locator(".card", has=self.page.locator(".card-title", has_text=title))

    def scan(self, content: str) -> None:
        """扫一扫, with what the code holds."""
        self.to_chats()
        self.page.get_by_test_id("open-scan").click()
        self.page.get_by_test_id("sheet-scan-input").fill(content)
        self.page.get_by_test_id("sheet-scan-submit").click()

    def write(self, words: str) -> None:
        """Into the chat."""
        self._below_the_chat("to-keyboard")
        self.page.get_by_test_id("chat-input").fill(words)
        self.page.get_by_test_id("chat-send").click()

    def menu(self, label: str) -> None:
        """A button of the hospital's menu, below its chat."""
        self.to_chat()
        self._below_the_chat("to-menu")
        self.page.get_by_role("button", name=label, exact=True).click()

    def _below_the_chat(self, switch: str) -> None:
        """The keyboard or the menu stands there; which one is settled once the menu has come."""
        expect(self.page.get_by_test_id("menu-0")).to_be_attached()
        if self.page.get_by_test_id(switch).is_visible():
            self.page.get_by_test_id(switch).click()

    def codes(self) -> list[str]:
        """What the QR codes made lately hold, newest first, as the scan sheet lists them."""
        self.to_chats()
        self.page.get_by_test_id("open-scan").click()
        rows = self.page.get_by_test_id("sheet-scan").locator(".code small")
        expect(rows.first).to_be_visible()
        found = rows.all_inner_texts()
        self.page.get_by_test_id("scan-cancel").click()
        return found

    def open_mini_program(self) -> None:
        """发现, 小程序."""
        self.to_chats()
        self.page.get_by_test_id("tab-discover").first.click()
        self.page.get_by_test_id("discover-mini").click()

    def press(self, name: str) -> None:
        """A button of the page inside WeChat."""
        self.web.get_by_role("button", name=name).click()

    def follow_link(self, name: str) -> None:
        """A link of the page inside WeChat."""
        self.web.get_by_role("link", name=name).click()

    def allow(self) -> None:
        """The green button of a sheet of WeChat's."""
        self.page.get_by_test_id("bridge-allow").click()

    def reload(self) -> None:
        """The page inside WeChat, asked for again."""
        self.page.get_by_test_id("webview-reload").last.click()

    def close(self) -> None:
        """The page inside WeChat goes away."""
        self.page.get_by_test_id("webview-close").last.click()

    def shoot(self, name: str, *, on_a_desk: bool = False) -> None:
        """Keep what the phone shows, or the phone on a wide screen; a page inside it must fit as well."""
        for frame in self.page.frames[1:]:
            if frame.url.startswith("http") and not frame.is_detached():
                wide, room = frame.evaluate("[document.documentElement.scrollWidth, innerWidth]")
                assert wide <= room, f"{name}: the page in the phone is {wide} px wide and has {room} px"
                words_are_chinese(frame, name)
        shoot(self.page, name, sizes=(PHONE, DESKTOP) if on_a_desk else (PHONE,))
