"""Everything the platform remembers, as one JSON tree, kept on disk across runs.

The law here: a snapshot is whole or absent. It is written beside the old one and renamed over it.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any


class Store:
    """The state tree and the file that keeps it. The caller holds the platform's lock."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.tree: dict[str, Any] = self._read()
        self._dirty = False

    def section(self, name: str) -> dict[str, Any]:
        """The named part of the tree, a dict that its owner may change freely."""
        return self.tree.setdefault(name, {})

    def touch(self) -> None:
        self._dirty = True

    def next_number(self) -> int:
        """One rising counter for everything that needs an order (chat lines, journal, pushes)."""
        self._dirty = True
        self.tree["number"] = self.tree.get("number", 0) + 1
        return self.tree["number"]

    def next_id(self, base: int) -> int:
        """A message id as WeChat's look: large, rising, with gaps that nobody can guess."""
        return base + self.next_number() * 1000 + secrets.randbelow(1000)

    def clear(self) -> None:
        """Forget everything except the counter, so that a page polling `since` keeps its place.

        `began` tells such a page that what it has seen so far is gone.
        """
        number = self.tree.get("number", 0)
        self.tree.clear()
        self.tree["number"] = number
        self.tree["began"] = number
        self._dirty = True

    def take_snapshot(self) -> bytes | None:
        """The tree as bytes when it changed since the last call, else None."""
        if not self._dirty or self.path is None:
            return None
        self._dirty = False
        return json.dumps(self.tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def write(self, snapshot: bytes) -> None:
        """Put a snapshot in place atomically. Needs no lock: the bytes are already ours."""
        if self.path is None:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        # What people write to each other is nobody else's on this machine.
        beside.touch(mode=0o600)
        beside.write_bytes(snapshot)
        beside.replace(self.path)

    def _read(self) -> dict[str, Any]:
        if self.path is None or not self.path.exists():
            return {}
        return json.loads(self.path.read_text(encoding="utf-8"))
