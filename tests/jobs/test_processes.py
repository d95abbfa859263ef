"""A worker and a scheduler as production runs them: they end when told, and outlive their Redis."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from redis import Redis
from rq import Worker

from app.core import clock
from app.core.db import read_only, transaction
from app.core.queue import QUEUES
from app.launcher.embedded_redis import free_port, server_command, wait_until_up
from app.wechat import inbox
from app.wiring import Outside
from tests.conftest import OA

UNHEARD_OF = (
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>oUnknown</FromUserName><CreateTime>1772416800</CreateTime>"
    "<MsgType>event</MsgType><Event>unheard_of</Event></xml>"
)
WITHIN = 60
"""Seconds."""


class Server:
    """A Redis that can be taken away and come back empty."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.client = Redis.from_url(self.url)
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*server_command(self._port, self._folder), "--save", ""],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until_up(self.url)

    def lose(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.client.close()
        self.lose()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "redis")
    yield server
    server.stop()


@pytest.fixture
def start(
    environ: Mapping[str, str], outside: Outside, server: Server
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start one of the house's programs on that Redis."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        started.append(subprocess.Popen(command, env={**environ, "REDIS_URL": server.url}))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


def until(true: Callable[[], object], words: str) -> None:
    deadline = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < deadline, words
        time.sleep(0.02)


def push(outside: Outside, key: str) -> None:
    """WeChat tells us something; the bell rings at a Redis that these programs do not hear."""
    with transaction(outside.sessions) as session:
        inbox.keep(session, OA["app_id"], key, "event.unheard_of", UNHEARD_OF, clock.now())


def all_worked_off(outside: Outside) -> bool:
    with read_only(outside.readers) as session:
        return inbox.counts(session) == {"new": 0, "failed": 0}


def test_worker_and_scheduler_outlive_a_lost_redis_and_end_when_told(
    start: Callable[..., subprocess.Popen[bytes]], server: Server, outside: Outside
) -> None:
    worker, scheduler = start("worker"), start("scheduler")
    until(lambda: Worker.count(connection=server.client) == 1, "no worker came")
    push(outside, "before")
    until(lambda: all_worked_off(outside), "what came before the loss was not worked off")

    server.lose()
    push(outside, "while it was away")
    server.start()
    until(lambda: all_worked_off(outside), "what came during the loss was not worked off")
    assert (worker.poll(), scheduler.poll()) == (None, None)

    for process in (worker, scheduler):
        process.send_signal(signal.SIGTERM)
    assert (worker.wait(WITHIN), scheduler.wait(WITHIN)) == (0, 0)


@pytest.mark.parametrize("program", ["worker", "scheduler"])
def test_a_program_with_wrong_settings_names_them_and_ends(environ: Mapping[str, str], program: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", program]
    wrong = {**environ, "REDIS_URL": "6379", "SECRET_KEY": "hunter2"}
    ran = subprocess.run(command, env=wrong, capture_output=True, text=True, timeout=WITHIN)
    assert ran.returncode != 0
    assert "REDIS_URL: is no Redis address" in ran.stderr
    assert "SECRET_KEY: is shorter than 32 characters" in ran.stderr
    assert "hunter2" not in ran.stderr


def test_a_worker_hears_all_queues_unless_told_otherwise(
    start: Callable[..., subprocess.Popen[bytes]], server: Server
) -> None:
    start("worker", "--queues", "urgent")
    until(lambda: Worker.count(connection=server.client) == 1, "no worker came")
    heard = [worker.queue_names() for worker in Worker.all(connection=server.client)]
    assert heard == [["urgent"]]
    start("worker")
    until(lambda: Worker.count(connection=server.client) == 2, "no worker came")
    heard = [worker.queue_names() for worker in Worker.all(connection=server.client)]
    assert sorted(heard, key=len) == [["urgent"], list(QUEUES)]
