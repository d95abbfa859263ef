"""The customer-service window: how many free messages a person's last action has earned.

Each action resets both the count and the deadline to its own maximum; they do not add up.
Source: developers.weixin.qq.com, customer-message/send, read 2026.
"""

from typing import Any

from emulator.config import AppKind
from emulator.state.clock import Clock
from emulator.state.store import Store

HOUR = 3600
EARNED = {
    ("oa", "message"): (5, 48 * HOUR),
    ("oa", "touch"): (3, 60),
    ("mp", "message"): (5, 48 * HOUR),
    ("mp", "touch"): (2, 60),
}
"""(sends, seconds) by app and action; "touch" is a menu click, a follow, a scan, or entering the talk."""


class Windows:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def open(self, kind: AppKind, person_id: str, action: str) -> None:
        """Note that the person wrote ("message") or touched something ("touch")."""
        sends, seconds = EARNED[(kind, action)]
        row = {"left": sends, "until": self._clock.now() + seconds}
        self._store.section("windows")[f"{kind}/{person_id}"] = row
        self._store.touch()

    def close(self, kind: AppKind, person_id: str) -> None:
        self._store.section("windows").pop(f"{kind}/{person_id}", None)
        self._store.touch()

    def current(self, kind: AppKind, person_id: str) -> dict[str, Any] | None:
        """The open window {"left", "until"}, or None when it is closed."""
        row = self._store.section("windows").get(f"{kind}/{person_id}")
        return row if row is not None and self._clock.now() < row["until"] else None

    def spend(self, kind: AppKind, person_id: str) -> int:
        """Use one send. Returns 0, 45015 (closed) or 45047 (count used up)."""
        row = self.current(kind, person_id)
        if row is None:
            return 45015
        if row["left"] <= 0:
            return 45047
        row["left"] -= 1
        self._store.touch()
        return 0
