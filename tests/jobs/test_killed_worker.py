"""A real worker process, killed with SIGKILL in the middle of a call: nothing lost, nothing doubled."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core import clock
from app.core.db import read_only, transaction
from app.messaging.tables import Attempt, Message
from tests.factories.messaging import make_message
from tests.factories.patients import make_identity, make_patient
from tests.hospital import Hospital

SEND = "/cgi-bin/message/template/send"


@pytest.fixture
def worker(hospital: Hospital, environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`flask --app wsgi worker`, as in production."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--queues", "messages"]
    process = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait()


def test_a_worker_killed_in_the_middle_of_a_call(hospital: Hospital, worker: subprocess.Popen[bytes]) -> None:
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
