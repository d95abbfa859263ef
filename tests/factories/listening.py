"""Hear what a room announces, beside everything the house does about it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.core.events import SESSION_KEY, Reaction
from app.wiring import Outside


class Broken(Exception):
    """What happens when the power goes."""


@contextmanager
def breaking(outside: Outside, kind: type, saying: str = "") -> Iterator[None]:
    """Break off whatever announces this; `saying` is what the error tells."""

    def break_off(session: object, event: object) -> None:
        raise Broken(saying)

    with _listening(outside, {kind: break_off}):
        yield


@contextmanager
def hearing(outside: Outside, *kinds: type) -> Iterator[list]:
    """Collect the events of these kinds; the house's own reactions run as always."""
    heard: list = []
    with _listening(outside, dict.fromkeys(kinds, lambda session, event: heard.append(event))):
        yield heard


@contextmanager
def _listening(outside: Outside, listeners: Mapping[type, Reaction]) -> Iterator[None]:
    info = outside.sessions.kw["info"]
    house = info[SESSION_KEY]
    more = {kind: [*house.get(kind, ()), listener] for kind, listener in listeners.items()}
    info[SESSION_KEY] = {**house, **more}
    try:
        yield
    finally:
        info[SESSION_KEY] = house
