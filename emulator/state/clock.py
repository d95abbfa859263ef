"""The platform's time: the machine's clock plus an offset that a person may move."""

import time
from datetime import UTC, datetime, timedelta, timezone

from emulator.state.store import Store

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""WeChat counts days and months in Beijing; China has no daylight saving."""


class Clock:
    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def offset_seconds(self) -> float:
        return float(self._store.section("clock").get("offset_seconds", 0.0))

    def move_to(self, offset_seconds: float) -> None:
        """Set the distance from the machine's clock; negative is the past."""
        self._store.section("clock")["offset_seconds"] = offset_seconds
        self._store.touch()

    def now(self) -> float:
        """Seconds since 1970, as WeChat's CreateTime counts them."""
        return time.time() + self.offset_seconds

    def day(self) -> str:
        """Today's date in Beijing, e.g. 2026-03-02: daily quotas end at its midnight."""
        return self._beijing().strftime("%Y-%m-%d")

    def month(self) -> str:
        return self._beijing().strftime("%Y-%m")

    def _beijing(self) -> datetime:
        return datetime.fromtimestamp(self.now(), BEIJING)


def iso(moment: float | None) -> str | None:
    """A moment as pages read it: UTC, ISO 8601, milliseconds."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
