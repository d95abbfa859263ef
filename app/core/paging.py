"""Pages of a list: by cursor, stable while rows are added, cheap at any depth; by number for work lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

T = TypeVar("T")

LARGEST_PAGE = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page; `next_cursor` is None on the last."""

    items: Sequence[T]
    next_cursor: str | None


def cut(rows: Sequence[T], size: int, cursor_of: Callable[[T], str]) -> Page[T]:
    """A page of `size` from rows fetched with limit size + 1; `cursor_of(row)` names where to go on."""
    if len(rows) <= size:
        return Page(rows, None)
    kept = rows[:size]
    return Page(kept, cursor_of(kept[-1]))


WORK_LIST = 100
"""Rows on one page of a list that staff work off."""


@dataclass(frozen=True)
class Sheet:
    """One numbered page, from 1, of a list of `total` rows."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are: one at least."""
        return max(1, ceil(self.total / self.size))

    @property
    def skip(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.size

    @property
    def behind(self) -> int:
        """How many rows come after this page."""
        return max(0, self.total - self.number * self.size)


def sheet(wanted: int, total: int, size: int = WORK_LIST) -> Sheet:
    """The page wanted, or the nearest there is: a list that is worked off becomes shorter."""
    last = Sheet(1, size, total).pages
    return Sheet(min(max(1, wanted), last), size, total)
