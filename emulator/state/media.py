"""Uploaded files: temporary ones live three days, permanent material for ever. Bytes lie beside the state."""

import secrets
from pathlib import Path
from typing import Any

from emulator.state.clock import Clock
from emulator.state.store import Store

LIFE_SECONDS = 3 * 24 * 3600


class Media:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def keep(
        self, appid: str, kind: str, content: bytes, content_type: str, filename: str, permanent: bool = False
    ) -> str:
        """Store a file for an app; returns its media_id."""
        media_id = secrets.token_urlsafe(48)
        self._folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file(media_id).touch(mode=0o600)
        self._file(media_id).write_bytes(content)
        self._store.section("media")[media_id] = {
            "appid": appid,
            "type": kind,
            "content_type": content_type,
            "filename": filename,
            "at": self._clock.now(),
            "permanent": permanent,
        }
        self._store.touch()
        return media_id

    def find(self, media_id: str, appid: str | None = None) -> dict[str, Any] | None:
        """The file's row; None when unknown, expired, or another app's."""
        row = self._store.section("media").get(media_id)
        if row is None or appid not in (None, row["appid"]):
            return None
        expired = not row["permanent"] and self._clock.now() - row["at"] > LIFE_SECONDS
        return None if expired else row

    def read(self, media_id: str) -> bytes:
        return self._file(media_id).read_bytes()

    def forget_all(self) -> None:
        for media_id in self._store.section("media"):
            self._file(media_id).unlink(missing_ok=True)

    def _folder(self) -> Path:
        state = self._store.path or Path("var/emulator-state.json")
        return state.with_name(f"{state.stem}-media")

    def _file(self, media_id: str) -> Path:
        return self._folder() / media_id
