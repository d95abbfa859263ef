"""The house stands: everything imports, and the web program can be built."""

from importlib import import_module
from pathlib import Path

import pytest

MODULES = sorted(
    ".".join(path.with_suffix("").parts)
    for room in ("app", "bot", "jobs", "emulator")
    for path in Path(room).rglob("*.py")
    if path.stem not in ("__init__", "__main__")
)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_imports(module: str) -> None:
    assert import_module(module)
