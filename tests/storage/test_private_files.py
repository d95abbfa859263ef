"""What the program keeps of patients on disk is for its own account alone, whatever the machine's umask."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.engines import open_engine
from app.storage.disk import Disk
from emulator.state.store import Store


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """As most machines have it: everybody may read what is made without a word."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Files and folders under `folder` that another account could look into."""
    return [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o077]


def test_a_new_database_and_its_journals_are_the_owners_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'hospital.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE patients (name TEXT)"))
        made = {path.name for path in tmp_path.iterdir()}
        assert made >= {"hospital.sqlite", "hospital.sqlite-wal"}
        assert open_to_others(tmp_path) == []
    engine.dispose()


def test_patients_pictures_are_the_owners_alone(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "files")
    assert disk.load(disk.save(b"picture", ".jpg")) == b"picture"
    assert open_to_others(tmp_path) == []


def test_the_emulators_state_is_the_owners_alone(tmp_path: Path) -> None:
    Store(tmp_path / "var" / "state.json").write(b"{}")
    assert open_to_others(tmp_path) == []
