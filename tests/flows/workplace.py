"""A member of staff at the console."""

from datetime import datetime

from playwright.sync_api import Page, expect

from app.core.clock import CHINA
from tests.flows.pictures import shoot

PASSWORD = "suihu-demo"
TRAVEL_MS = 60_000


class Workplace:
    """The console in a browser of its own, signed in."""

    def __init__(self, page: Page, url: str, login: str) -> None:
        self.page = page
        self.url = url
        self.open("/console")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()

    def open(self, path: str) -> None:
        """By its address, as from a bookmark."""
        self.page.goto(f"{self.url}{path}")

    def menu(self, label: str) -> None:
        """By the menu."""
        self.page.get_by_role("navigation", name="主菜单").get_by_role("link", name=label).click()

    def press(self, name: str) -> None:
        """A button."""
        self.page.get_by_role("button", name=name).click()

    def move_time(self, step: str) -> None:
        """By the demo's bar: 到下一件事, 到早上 8 点, +1 天 …; back when all of the way has happened."""
        before = self.page.get_by_test_id("demo-now").inner_text()
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.get_by_test_id("demo-clock").get_by_role("button", name=step, exact=True).click()
        expect(self.page.get_by_test_id("demo-now")).not_to_have_text(before)
        expect(self.page.get_by_test_id("demo-going")).to_have_count(0, timeout=TRAVEL_MS)

    def move_time_to(self, moment: datetime) -> None:
        """On to each next thing until `moment` (the hospital's wall clock) has come."""
        while self._now() < moment:
            self.move_time("到下一件事")

    def _now(self) -> datetime:
        shown = self.page.get_by_test_id("demo-now").inner_text()
        return datetime.strptime(shown, "%Y年%m月%d日 %H:%M").replace(tzinfo=CHINA)

    def shoot(self, name: str, *, whole: bool = False) -> None:
        """Keep what the screen shows."""
        shoot(self.page, name, whole=whole)
