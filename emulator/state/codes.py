"""Codes that are good once, for five minutes: login, phone number, OAuth."""

import secrets
from typing import Any

from emulator.state.clock import Clock
from emulator.state.store import Store

LIFE_SECONDS = 300
KEPT_SECONDS = 3600


class Codes:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def issue(self, purpose: str, person_id: str, **extra: Any) -> str:
        """A fresh code for "login", "phone" or "oauth"."""
        code = "0" + secrets.token_urlsafe(24).replace("-", "a").replace("_", "b")[:31]
        rows = self._store.section("codes")
        now = self._clock.now()
        for old in [key for key, row in rows.items() if now - row["at"] > KEPT_SECONDS]:
            del rows[old]
        rows[code] = {"purpose": purpose, "person": person_id, "at": now, "used": False, **extra}
        self._store.touch()
        return code

    def redeem(self, purpose: str, code: str) -> tuple[int, dict[str, Any]]:
        """(0, row) once; (40163, {}) when used before; (40029, {}) when unknown or too old."""
        row = self._store.section("codes").get(code)
        if row is None or row["purpose"] != purpose:
            return 40029, {}
        if row["used"]:
            return 40163, {}
        if abs(self._clock.now() - row["at"]) > LIFE_SECONDS:
            return 40029, {}
        row["used"] = True
        self._store.touch()
        return 0, row
