"""The scheduler only makes somebody look: each bell in its own rhythm, and nothing lost with Redis."""

from rq import Queue, Worker
from structlog.testing import capture_logs

from app.core.queue import JOBS, QUEUES
from app.wiring import Outside
from jobs.schedule import SCHEDULE, ring_due, tell_unheard

FASTEST = min(entry.every for entry in SCHEDULE)


def answer_everything(outside: Outside) -> list[str]:
    """Take every queued job away, as a worker would; their paths."""
    paths = []
    for name in QUEUES:
        queue = Queue(name, connection=outside.redis)
        paths += [job.func_name for job in queue.jobs]
        queue.empty()
    for name in JOBS:
        outside.bells.answered(name)
    return sorted(paths)


def test_every_bell_rings_at_the_first_round(outside: Outside) -> None:
    assert ring_due(outside, {}, at=0.0) == len(SCHEDULE)
    assert answer_everything(outside) == sorted(JOBS[entry.job].path for entry in SCHEDULE)


def test_a_bell_rings_again_when_its_time_has_come_and_not_before(outside: Outside) -> None:
    rung: dict[str, float] = {}
    ring_due(outside, rung, at=1000.0)
    answer_everything(outside)
    assert ring_due(outside, rung, at=1000.0 + FASTEST - 0.01) == 0
    ring_due(outside, rung, at=1000.0 + FASTEST)
    due = sorted(JOBS[entry.job].path for entry in SCHEDULE if entry.every == FASTEST)
    assert answer_everything(outside) == due


def test_two_schedulers_ring_once(outside: Outside) -> None:
    ring_due(outside, {}, at=0.0)
    ring_due(outside, {}, at=0.0)
    assert len(answer_everything(outside)) == len(SCHEDULE)


def test_after_redis_lost_everything_the_next_rounds_ring_again(outside: Outside) -> None:
    rung: dict[str, float] = {}
    ring_due(outside, rung, at=0.0)
    outside.redis.flushdb()
    ring_due(outside, rung, at=max(entry.every for entry in SCHEDULE))
    assert len(answer_everything(outside)) == len(SCHEDULE)


def test_the_scheduler_names_the_queues_that_nobody_listens_to(outside: Outside) -> None:
    queues = [Queue(name, connection=outside.redis) for name in QUEUES if name != "judging"]
    Worker(queues, connection=outside.redis).register_birth()
    with capture_logs() as told:
        tell_unheard(outside)
    assert [(line["event"], line["queues"]) for line in told] == [("queues.unheard", ["judging"])]


def test_nobody_waits_long_for_what_is_urgent() -> None:
    every = {entry.job: entry.every for entry in SCHEDULE}
    assert every["callbacks.work_off"] <= 5
    assert every["messaging.send_urgent"] <= 2
    assert every["alerts.escalate"] <= 60
