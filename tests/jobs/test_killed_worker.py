"""A real worker process, killed with SIGKILL in the middle of a call: nothing lost, nothing doubled."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.conversations.tables import Line
from app.core import clock
from app.core.db import read_only, transaction
from app.core.queue import JOBS
from app.messaging.tables import Attempt, Message
from jobs.callbacks import FETCHED
from tests.factories.messaging import make_message
from tests.factories.patients import make_identity, make_patient
from tests.hospital import Hospital

SEND, FETCH = "/cgi-bin/message/template/send", "/cgi-bin/media/get"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def work_on(environ: dict[str, str]) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """`flask --app wsgi worker` on this queue, as in production."""
    started: list[subprocess.Popen[bytes]] = []

    def start(queue: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--queues", queue]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, env={**os.environ, **environ}, **quiet))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_worker_killed_while_it_fetches_a_picture(
    hospital: Hospital, work_on: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    """It holds no transaction meanwhile: what it left is fetched again and stands in the talk once."""
    phone = hospital.phone("wang")
    phone.follow()
    hospital.work()
    hospital.fault(FETCH, "slow", ms=9000)
    worker = work_on(JOBS[FETCHED.job].queue)
    phone.image(PICTURE)
    deadline = time.monotonic() + 60
    while not hospital.outside.redis.exists(FETCHED.lock):
        assert time.monotonic() < deadline, "the worker did not take the picture"
        time.sleep(0.02)
    worker.kill()
    worker.wait()
    # Its lock has run out.
    hospital.outside.redis.delete(FETCHED.lock)
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        (line,) = session.scalars(select(Line).where(Line.kind != "text"))
        assert line.kind == "image" and line.media_path is not None
        assert hospital.outside.storage.load(line.media_path) == PICTURE


def test_a_worker_killed_in_the_middle_of_a_call(
    hospital: Hospital, work_on: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    worker = work_on("messages")
    phone = hospital.phone("wang")
    phone.follow()
    with transaction(hospital.outside.sessions) as session:
        patient = make_patient(session, name="王桂芳")
        make_identity(session, patient.id, openid=phone.openid())
    hospital.settle()
    hospital.fault(SEND, "slow", ms=3000)
    with transaction(hospital.outside.sessions) as session:
        message_id = make_message(session, clock.now(), "booking_confirmed", patient_id=patient.id).id

    def state() -> str:
        with read_only(hospital.outside.readers) as session:
            return session.scalars(select(Message.state).where(Message.id == message_id)).one()

    deadline = time.monotonic() + 60
    while state() != "sending":
        assert time.monotonic() < deadline, "the worker did not take the message"
        time.sleep(0.02)
    worker.kill()
    worker.wait()
    with transaction(hospital.outside.sessions) as session:
        # Two minutes pass on the machine: the lease has ended.
        session.execute(update(Message).values(lease_until=clock.machine() - timedelta(seconds=1)))
    hospital.work(until=lambda: state() in ("queued", "delivered"))
    hospital.travel(seconds=30)
    assert state() == "delivered"
    assert len(phone.cards()) == 1
    assert {call["body"]["client_msg_id"] for call in hospital.calls(SEND)} == {message_id}
    with read_only(hospital.outside.readers) as session:
        tries = select(Attempt.outcome).where(Attempt.message_id == message_id).order_by(Attempt.id)
        outcomes = session.scalars(tries).all()
    assert outcomes == ["lost", "accepted"]
