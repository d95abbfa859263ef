"""Every call received, with its answer: what a test asserts on and an operator reads.

Kept in memory only, newest last, so that a long run does not swell the state file.
"""

from collections import deque
from typing import Any

KEPT = 5000


class Journal:
    def __init__(self) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)

    def clear(self) -> None:
        self._rows.clear()

    def read(self, since: int, path: str | None, limit: int) -> list[dict[str, Any]]:
        """The newest `limit` calls after `since` (a seq), oldest first; `path` filters by exact path."""
        rows = [row for row in self._rows if row["seq"] > since and path in (None, row["path"])]
        return rows[-limit:] if limit else []


def masked(secret: str) -> str:
    """Enough of a secret to tell two apart in the journal, not enough to use one."""
    return f"…{secret[-6:]}" if len(secret) > 12 else "…"
