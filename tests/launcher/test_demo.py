"""`make demo`: three links that answer, data that stays, and no process left behind, however it ends."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.demo_process import ENDS_WITHIN, Demo

ANSWERS_WITHIN = 90


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture
def demo(folder: Path) -> Iterator[Callable[..., Demo]]:
    started: list[Demo] = []

    def start(*options: str) -> Demo:
        started.append(Demo(folder, *options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)
        one.close()


pytestmark = pytest.mark.xdist_group("demo")


def test_a_killed_demo_leaves_no_child_and_the_next_one_keeps_its_data_until_ctrl_c(
    demo: Callable[..., Demo], folder: Path
) -> None:
    """One life of a demo; each start takes a while, so that it is told in one."""
    killed = demo()
    orphans = killed.children()
    keys = (folder / "keys.json").read_text()
    killed.end(signal.SIGKILL)
    _wait(lambda: not [pid for pid in orphans if _alive(pid)], "children outlived their launcher")

    run = demo()
    assert (folder / "keys.json").read_text() == keys
    assert "suihu.sqlite" in {path.name for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o077 == 0
    for name in ("suihu.sqlite", "keys.json", "emulator.json"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name
    assert len(run.links) == 4
    for link in run.links:
        with urlopen(link, timeout=ANSWERS_WITHIN) as page:
            assert page.status == 200, link
    children = run.children()
    assert len(children) == 9, "valkey, emulator, web, five workers, scheduler"
    assert run.end(signal.SIGINT) == 0
    assert not [pid for pid in children if _alive(pid)]


def _alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _wait(true: Callable[[], bool], words: str) -> None:
    deadline = time.monotonic() + ENDS_WITHIN
    while not true():
        assert time.monotonic() < deadline, words
        time.sleep(0.05)
