"""Stairs go down only: who may import whom."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

FLOORS = [
    {"core"},
    {"wechat", "storage"},
    {"audit"},
    {"staff"},
    {"patients"},
    {"records"},
    {"risk"},
    {"messaging"},
    {"questionnaires", "followup", "medication", "conversations", "alerts", "booking", "education"},
    {"reacting", "reactions", "tables", "upcoming", "seeding", "demo_clock"},
    {"wiring"},
    {"http"},
    {"console", "h5", "api"},
    {"doors", "factory", "cli", "launcher"},
]
"""Rooms of app/, lowest first; those of one floor do not import each other."""

FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
DOORS = {"api", "h5", "console"}
"""Files of a room that are doors: they may use http; only app.doors and their own room may import them."""
MAKERS = {"doors", "factory"}
"""What builds the HTTP side may import doors."""
OUTER = [*sorted(Path("bot").rglob("*.py")), *sorted(Path("jobs").rglob("*.py"))]
"""The doors of WeChat and of time."""
ONE_FLOOR_TOGETHER = {
    "reacting",
    "reactions",
    "upcoming",
    "seeding",
    "doors",
    "factory",
    "cli",
    "launcher",
    "console",
    "h5",
    "api",
}

PURE_CORE = (
    "app.core.errors",
    "app.core.typed",
    "app.core.wording",
    "app.core.documents",
    "app.core.workdays",
    "app.core.months",
)
"""The parts of core that know no database, no clock and no network: rules may use them."""

FILES = sorted(Path("app").rglob("*.py"))


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.parts[1].removesuffix(".py")


def door(path: Path) -> bool:
    return path.stem in DOORS or path.stem.endswith(("_api", "_h5", "_console")) or room_of(path) in DOORS


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_room_imports_lower_floors_only(path: Path) -> None:
    room = room_of(path)
    if path.stem == "__init__":
        assert path.read_text() == "", "__init__.py files are empty"
        return
    here = FLOOR_OF[room]
    for name in imports_of(path):
        parts = name.split(".")
        assert parts[0] not in ("bot", "jobs", "wsgi", "tests") or room in ("cli",), f"{path} imports {name}"
        if parts[0] != "app" or len(parts) < 2 or parts[1] == room:
            continue
        there = FLOOR_OF[parts[1]]
        if door(path) and (there <= FLOOR_OF["http"] or room in ONE_FLOOR_TOGETHER):
            assert parts[1] == "http" or there <= max(here, FLOOR_OF["wiring"]), f"{path} imports {name}"
            continue
        assert there < here or (room in ONE_FLOOR_TOGETHER and there <= here), (
            f"{path} imports {name}: upstairs"
        )


@pytest.mark.parametrize("path", [p for p in FILES if "rules" in p.parts], ids=str)
def test_rules_are_pure(path: Path) -> None:
    banned = {"flask", "sqlalchemy", "redis", "rq", "wechatpy", "requests", "urllib3"}
    for name in imports_of(path):
        top = name.split(".")[0]
        assert top not in banned, f"{path} imports {name}"
        if top == "app":
            own = ".".join(path.parts[:3])
            allowed = (
                name.startswith((*PURE_CORE, own)) or name in ("app", "app.core") or _rules_below(name, path)
            )
            assert allowed, f"{path} imports {name}: rules know only core.errors and rules, theirs or below"


def _rules_below(name: str, path: Path) -> bool:
    parts = name.split(".")
    return parts[2:3] == ["rules"] and FLOOR_OF[parts[1]] < FLOOR_OF[room_of(path)]


def test_only_the_wechat_room_imports_wechatpy() -> None:
    for path in [
        *FILES,
        *Path("bot").rglob("*.py"),
        *Path("jobs").rglob("*.py"),
        *Path("emulator").rglob("*.py"),
    ]:
        if path.parts[:2] != ("app", "wechat"):
            assert not any(name.split(".")[0] == "wechatpy" for name in imports_of(path)), path


def test_the_emulator_knows_nothing_of_the_product() -> None:
    for path in Path("emulator").rglob("*.py"):
        assert not any(name.split(".")[0] in ("app", "bot", "jobs") for name in imports_of(path)), path


@pytest.mark.parametrize("path", [*FILES, *OUTER], ids=str)
def test_nobody_imports_another_rooms_doors(path: Path) -> None:
    """What two doors need stands in the room's use cases or reads."""
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] != "app" or not is_door(parts) or (path.parts[0] == "app" and room_of(path) in MAKERS):
            continue
        assert path.parts[0] == "app" and parts[1] == room_of(path), f"{path} imports {name}: a door"


def is_door(parts: Sequence[str]) -> bool:
    """Whether the imported name app.<room>.<file>… is a door, or inside a room that is nothing else."""
    return len(parts) > 1 and (parts[1] in DOORS or (len(parts) > 2 and door(Path(*parts[:3]))))


@pytest.mark.parametrize("path", [p for p in FILES if not door(p)], ids=str)
def test_only_doors_know_flask(path: Path) -> None:
    if room_of(path) in {"http", "cli", *MAKERS}:
        return
    for name in imports_of(path):
        assert name.split(".")[0] not in ("flask", "flask_openapi3"), f"{path} imports {name}"


@pytest.mark.parametrize("path", [*(p for p in FILES if door(p)), *OUTER], ids=str)
def test_doors_ask_the_database_nothing_themselves(path: Path) -> None:
    for name in imports_of(path):
        asks = name.startswith("sqlalchemy.") and name.rpartition(".")[2] in STATEMENTS
        assert not asks, f"{path} imports {name}: reads stand in the room"


STATEMENTS = {"select", "insert", "update", "delete", "text", "exists", "func"}


@pytest.mark.parametrize("path", [p for p in FILES if p.stem == "tables" and len(p.parts) > 2], ids=str)
def test_tables_know_no_other_room(path: Path) -> None:
    """Foreign keys name their table by string, so that each room's rows can be read alone."""
    for name in imports_of(path):
        assert name.split(".")[0] != "app" or name.split(".")[1:2] == ["core"], f"{path} imports {name}"


@pytest.mark.parametrize("path", OUTER, ids=str)
def test_wechats_door_and_the_clocks_use_rooms_and_nothing_above(path: Path) -> None:
    """jobs may use bot: what WeChat pushed is stored at the door and worked off by the clock."""
    for name in imports_of(path):
        parts = name.split(".")
        assert parts[0] not in ("wsgi", "tests"), f"{path} imports {name}"
        assert parts[0] != "jobs" or path.parts[0] == "jobs", f"{path} imports {name}"
        if parts[0] == "app" and len(parts) > 1:
            above = parts[1] in {"doors", "factory", "cli", "launcher"}
            assert not above, f"{path} imports {name}: above the doors"


def test_only_the_database_file_commits() -> None:
    for path in [*FILES, *Path("bot").rglob("*.py"), *Path("jobs").rglob("*.py")]:
        if path != Path("app/core/db.py"):
            assert ".commit()" not in path.read_text(), f"{path} commits: doors open app.core.db.transaction"


def test_only_one_reader_of_the_clock_and_of_the_settings() -> None:
    for path in [*FILES, *Path("bot").rglob("*.py"), *Path("jobs").rglob("*.py")]:
        text = path.read_text()
        if path != Path("app/core/clock.py"):
            for call in ("datetime.now(", "datetime.utcnow(", "date.today(", "time.time()"):
                assert call not in text, f"{path} reads the clock by {call}"
        if path != Path("app/core/config.py") and room_of(path) != "launcher":
            assert "os.environ" not in text and "os.getenv" not in text, f"{path} reads settings"
