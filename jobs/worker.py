"""One worker process: listens to its queues, most urgent first, until SIGTERM."""

import signal
import threading
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import structlog
from redis import RedisError
from rq import Queue, SimpleWorker

from app.core.queue import JOBS, QUEUES
from app.wiring import Outside
from jobs import context

log = structlog.get_logger(__name__)

LOOKS_AGAIN = 1.0
"""Seconds until a worker whose Redis went away looks for it again."""


class Listener(SimpleWorker):
    """Jobs here are short and mostly wait for the network: a fork for each would cost more than the job."""

    told_to_stop: threading.Event

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """SIGTERM: end after the job in hand."""
        self.told_to_stop.set()
        super().request_stop(signum, frame)


def work(outside: Outside, queues: Sequence[str] | None = None) -> None:
    """Work off the queues until told to stop.

    RQ's worker ends when Redis goes away at an awkward moment; another one then takes its place.
    """
    if unknown := sorted(set(queues or ()) - set(QUEUES)):
        log.warning("worker.unknown_queues", queues=unknown, known=QUEUES)
    for job in JOBS.values():
        # Imported before the first job, so that none of them pays for it.
        import_module(job.path.rpartition(".")[0])
    context.use(outside)
    told_to_stop = threading.Event()
    while not told_to_stop.is_set():
        try:
            _listen(outside, queues or QUEUES, told_to_stop)
        except RedisError as error:
            log.warning("worker.redis_away", error=type(error).__name__)
        _end_on_signals(told_to_stop)
        told_to_stop.wait(LOOKS_AGAIN)


def _listen(outside: Outside, queues: Sequence[str], told_to_stop: threading.Event) -> None:
    worker = Listener(
        [Queue(name, connection=outside.redis) for name in queues],
        connection=outside.redis,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=5,
    )
    worker.told_to_stop = told_to_stop
    # While it works, its own signal handlers stand; they finish the job in hand.
    worker.work(logging_level="WARNING")


def _end_on_signals(told_to_stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
