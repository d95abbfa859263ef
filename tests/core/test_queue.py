"""A bell rings once until it is answered, and a Redis that is away is no error."""

import time

import pytest
from redis import Redis
from rq import Queue

from app.core.absence import Absence
from app.core.db import transaction
from app.core.queue import BELL_RINGS_FOR, GATHERED_FOR, JOBS, QUEUES, Bells, ring
from app.launcher.embedded_redis import free_port
from app.wiring import Outside

NAME = "followup.remind"


def waiting(outside: Outside) -> list[str]:
    """The paths of all queued jobs."""
    return [job.func_name for name in QUEUES for job in Queue(name, connection=outside.redis).jobs]


def test_a_bell_puts_its_job_into_its_queue(outside: Outside) -> None:
    outside.bells.ring(NAME)
    queued = Queue(JOBS[NAME].queue, connection=outside.redis).jobs
    assert [job.func_name for job in queued] == [JOBS[NAME].path]
    assert queued[0].timeout == JOBS[NAME].timeout


def test_a_bell_that_rings_is_not_rung_twice(outside: Outside) -> None:
    for _ in range(3):
        outside.bells.ring(NAME)
    outside.bells.ring("medication.remind")
    assert sorted(waiting(outside)) == sorted([JOBS[NAME].path, JOBS["medication.remind"].path])


def test_an_answered_bell_may_be_rung_again(outside: Outside) -> None:
    outside.bells.ring(NAME)
    outside.bells.answered(NAME)
    outside.bells.ring(NAME)
    assert waiting(outside) == [JOBS[NAME].path] * 2


def test_a_bell_that_nobody_answers_falls_silent_after_a_minute(outside: Outside) -> None:
    outside.bells.ring(NAME)
    (key,) = outside.redis.keys("*:bell:*")
    assert 0 < outside.redis.ttl(key) <= BELL_RINGS_FOR


def test_a_name_that_is_no_job_is_refused(outside: Outside) -> None:
    with pytest.raises(KeyError):
        outside.bells.ring("followup.remnid")


def test_a_transaction_rings_once_and_only_when_it_is_on_disk(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        ring(session, NAME)
        ring(session, NAME)
        assert waiting(outside) == []
    assert waiting(outside) == [JOBS[NAME].path]


def test_a_transaction_that_fails_rings_for_nobody(outside: Outside) -> None:
    with pytest.raises(ZeroDivisionError), transaction(outside.sessions) as session:
        ring(session, NAME)
        raise ZeroDivisionError
    assert waiting(outside) == []


def test_without_redis_the_rows_are_kept_and_nobody_fails(
    outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    away = Redis.from_url(f"redis://127.0.0.1:{free_port()}")
    with transaction(outside.sessions) as session:
        session.info["bells"] = Bells(away, Absence())
        ring(session, NAME)
    away.close()
    assert "bell.not_rung" in capsys.readouterr().err
    # The scheduler's next round finds Redis again and nothing in the way.
    outside.bells.ring(NAME)
    assert waiting(outside) == [JOBS[NAME].path]


def test_rings_of_one_moment_become_one_and_the_last_is_not_forgotten(outside: Outside) -> None:
    bells = Bells(outside.redis, Absence())
    bells.ring_often(NAME)
    bells.answered(NAME)
    for _ in range(50):
        bells.ring_often(NAME)
    deadline = time.monotonic() + 30
    while len(waiting(outside)) < 2:
        assert time.monotonic() < deadline, "the last ring was forgotten"
        time.sleep(0.005)
    assert waiting(outside) == [JOBS[NAME].path] * 2
    bells.answered(NAME)
    time.sleep(2 * GATHERED_FOR)
    bells.ring_often(NAME)
    assert waiting(outside) == [JOBS[NAME].path] * 3
