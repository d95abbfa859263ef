"""Who may use a route: every view carries one rule, and a policy test finds any that does not."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def mark(view: View, rule: str) -> View:
    """Write the rule on the view: staff:<permission>, patient, identity, or open:<why>."""
    view.access_rule = rule  # type: ignore[attr-defined]
    return view


def open_to_all(why: str) -> Callable[[View], View]:
    """A route that needs no session; `why` is read in reviews."""
    return lambda view: mark(view, f"open:{why}")
