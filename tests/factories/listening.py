"""Hear what a room announces, beside everything the house does about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.events import SESSION_KEY
from app.wiring import Outside


@contextmanager
def hearing(outside: Outside, *kinds: type) -> Iterator[list]:
    """Collect the events of these kinds; the house's own reactions run as always."""
    heard: list = []
    info = outside.sessions.kw["info"]
    house = info[SESSION_KEY]
    info[SESSION_KEY] = {
        **house,
        **{kind: [*house.get(kind, ()), lambda session, event: heard.append(event)] for kind in kinds},
    }
    try:
        yield heard
    finally:
        info[SESSION_KEY] = house
