"""WeChat is slow, and workers run as in production: nobody's danger waits for it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from rq import Worker
from sqlalchemy import select

from app.alerts.tables import Alert
from app.conversations.tables import Line
from app.core.db import read_only, transaction
from app.core.queue import JOBS, QUEUES
from app.messaging.tables import Message
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account
from tests.hospital import WITHIN, Hospital, Phone

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
HEARD_WITHIN = 5.0
"""Seconds from the words to the alert."""
SLOW = 9000
"""Milliseconds; just within what a call may take."""
OTHERS = ("li", "zhang", "chen", "liu")
BUSY = ("judging", "urgent", "fetching")


def until(true: Callable[[], object], words: str, within: float = WITHIN) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, words
        time.sleep(0.02)


@pytest.fixture
def phones(hospital: Hospital) -> dict[str, Phone]:
    """Five patients who follow, one of them in danger in a moment."""
    phones = {name: hospital.phone(name) for name in ("wang", *OTHERS)}
    with transaction(hospital.outside.sessions) as session:
        make_account(session)
        for name, phone in phones.items():
            make_identity(session, make_patient(session, name=name).id, openid=phone.openid())
    for phone in phones.values():
        phone.follow()
    hospital.work()
    return phones


@pytest.fixture
def workers(hospital: Hospital, phones: dict[str, Phone], environ: dict[str, str]) -> Iterator[None]:
    """`flask --app wsgi worker`, one on each queue, as README has it."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--queues"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen([*flask, queue], env={**os.environ, **environ}, **quiet) for queue in BUSY]
    until(lambda: Worker.count(connection=hospital.outside.redis) == len(BUSY), "the workers did not come")
    yield
    for process in started:
        process.kill()
        process.wait()


def alarmed(hospital: Hospital, words: str) -> bool:
    """Whether these words have raised an alert."""
    with read_only(hospital.outside.readers) as session:
        said = [line.id for line in session.scalars(select(Line)) if line.body == words]
        return session.scalar(select(Alert.id).where(Alert.source_id.in_(said)).limit(1)) is not None


def sending(hospital: Hospital) -> bool:
    with read_only(hospital.outside.readers) as session:
        return session.scalar(select(Message.id).where(Message.state == "sending").limit(1)) is not None


@pytest.mark.usefixtures("workers")
def test_a_danger_is_heard_while_the_pictures_of_others_are_fetched(
    hospital: Hospital, phones: dict[str, Phone]
) -> None:
    hospital.fault("/cgi-bin/media/get", "slow", times=None, ms=SLOW)
    for name in OTHERS:
        phones[name].image(PICTURE)
    phones["wang"].text("呼吸困难，憋醒了")
    until(lambda: alarmed(hospital, "呼吸困难，憋醒了"), "the danger waited for the pictures", HEARD_WITHIN)


@pytest.mark.usefixtures("workers")
def test_a_danger_is_heard_while_the_advice_of_others_is_sent(
    hospital: Hospital, phones: dict[str, Phone]
) -> None:
    hospital.fault("/cgi-bin/message/custom/send", "slow", times=None, ms=SLOW)
    for name in OTHERS:
        phones[name].text("胸口疼得厉害")
    until(lambda: sending(hospital), "nothing was sent")
    phones["wang"].text("一侧手脚没劲，嘴歪了")
    until(lambda: alarmed(hospital, "一侧手脚没劲，嘴歪了"), "the danger waited for messages", HEARD_WITHIN)


def test_whoever_judges_or_escalates_shares_no_worker_with_what_waits_for_the_network() -> None:
    judging = {name for name, job in JOBS.items() if job.queue == QUEUES[0]}
    assert judging == {"callbacks.work_off", "alerts.escalate"}
