"""Pages of a list by cursor: stable while rows are added, cheap at any depth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
