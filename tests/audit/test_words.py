"""Every code that the house writes into the trail has words for the people who read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.audit.words import ACTIONS, SEEN, SUBJECTS, done, seen

SOURCES = [path for room in ("app", "bot", "jobs") for path in Path(room).rglob("*.py")]


def calls(name: str) -> Iterator[ast.Call]:
    """Every call of the trail's function `name` in the program."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield node


def literals(name: str, place: int) -> set[str]:
    """The texts written out at this place of the calls."""
    given = [call.args[place] for call in calls(name) if len(call.args) > place]
    return {node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_read_has_words() -> None:
    assert literals("record_read", 3) - set(SEEN) == set()


def test_every_change_has_words() -> None:
    assert literals("record_change", 2) - set(SUBJECTS) == set()
    assert literals("record_change", 4) - set(ACTIONS) == set()


def test_what_has_no_words_is_shown_as_it_is() -> None:
    assert seen("palm") == "palm"
    assert done("palm", "read") == "read palm"
