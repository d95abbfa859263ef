"""A database of a migration test's own, empty, on the suite's kind of server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import own_database


@pytest.fixture
def empty_database(tmp_path: Path, worker_name: str) -> Iterator[str]:
    given = os.environ.get("TEST_DATABASE_URL")
    if not given:
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    with own_database(given, f"{worker_name}_chain") as url:
        yield url
