"""What happened to one patient, as every room tells it: one shape, newest first, paged by place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true


@dataclass(frozen=True)
class Place:
    """Where a page ended; what lies behind it is older."""

    at: datetime
    id: str


@dataclass(frozen=True)
class Happened:
    """One thing: `kind` says which page and icon belong to it, `ref` is the id that page needs."""

    at: datetime
    id: str
    kind: str
    title: str
    text: str = ""
    ref: str = ""
    state: str = ""
    """The state of the row behind it, in its room's own word."""

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)


def older(at: Any, row_id: Any, behind: Place | None) -> ColumnElement[bool]:
    """Rows older than a place; all of them without one. Equal moments are parted by id."""
    if behind is None:
        return true()
    return or_(at < behind.at, and_(at == behind.at, row_id < behind.id))


def newest(found: Sequence[Happened], behind: Place | None, most: int) -> list[Happened]:
    """The newest `most` of these that lie behind the place."""
    kept = [each for each in found if behind is None or (each.at, each.id) < (behind.at, behind.id)]
    return sorted(kept, key=lambda each: (each.at, each.id), reverse=True)[:most]
