"""Parametric QR codes by ticket: what a scan leads to, and until when."""

import secrets
from typing import Any

from emulator.state.clock import Clock
from emulator.state.store import Store


class QrCodes:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(self, scene: str, expire_seconds: int | None) -> dict[str, Any]:
        """A new code; `expire_seconds` None is permanent."""
        ticket = f"gQ{secrets.token_urlsafe(70)}=="
        now = self._clock.now()
        row = {
            "ticket": ticket,
            "scene": scene,
            "url": f"http://weixin.qq.com/q/02{secrets.token_urlsafe(16)}",
            "at": now,
            "until": now + expire_seconds if expire_seconds else None,
        }
        self._store.section("qrcodes")[ticket] = row
        self._store.touch()
        return row

    def find(self, content: str) -> dict[str, Any] | None:
        """The code whose ticket or printed address this is, expired or not."""
        rows = self._store.section("qrcodes")
        return rows.get(content) or next((row for row in rows.values() if row["url"] == content), None)

    def alive(self, row: dict[str, Any]) -> bool:
        return row["until"] is None or self._clock.now() < row["until"]

    def recent(self, limit: int) -> list[dict[str, Any]]:
        return list(self._store.section("qrcodes").values())[-limit:][::-1]
