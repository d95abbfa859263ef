"""A Redis that hangs: after it has kept one caller waiting, nobody else waits for it for a while.

Whoever is refused does without it, as while it is away: each such call waits five seconds otherwise,
and a page makes several of them in a row.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis import TimeoutError as NotAnswered

REMEMBERED_FOR = 5.0
"""Seconds after which somebody tries again."""


class Absence:
    """What one process knows of it. One that refuses at once costs nobody any time and is asked each time."""

    def __init__(self) -> None:
        self._until = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around what asks Redis. Raises NotAnswered, a RedisError, while it is known not to answer."""
        if time.monotonic() < self._until:
            raise NotAnswered("Redis did not answer a moment ago.")
        try:
            yield
        except NotAnswered:
            self._until = time.monotonic() + REMEMBERED_FOR
            raise
