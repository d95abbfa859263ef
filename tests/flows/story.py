"""Who takes part in the story, and where they are."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.flows.handset import Handset
from tests.flows.workplace import Workplace


@dataclass
class Story:
    """The running hospital and the people met so far."""

    emulator_url: str
    web_url: str
    phone_window: Callable[[], Page]
    desk_window: Callable[[], Page]
    _phones: dict[str, Handset] = field(default_factory=dict)
    _workplaces: dict[str, Workplace] = field(default_factory=dict)

    def phone(self, person: str) -> Handset:
        """This person's phone, where it was left."""
        if person not in self._phones:
            self._phones[person] = Handset(self.phone_window(), self.emulator_url, person)
        return self._phones[person]

    def staff(self, login: str) -> Workplace:
        """This member of staff, signed in, where she was left."""
        if login not in self._workplaces:
            self._workplaces[login] = Workplace(self.desk_window(), self.web_url, login)
        return self._workplaces[login]
