"""What is rung for when: a plain list. Rows hold what is due; this only makes somebody look."""

import signal
import time
from dataclasses import dataclass
from types import FrameType

import structlog
from redis import RedisError

from app.core import clock
from app.core.queue import unheard
from app.wiring import Outside
from jobs.travel import travel_if_asked

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Entry:
    """One line of the schedule: a job's name and how often it is rung for, in seconds."""

    job: str
    every: float


SCHEDULE = (
    Entry("callbacks.work_off", 5),
    Entry("callbacks.fetch_and_work_off", 5),
    Entry("messaging.send_urgent", 2),
    Entry("messaging.send_due", 2),
    Entry("messaging.sweep", 20),
    Entry("patients.draw_card_codes", 30),
    Entry("alerts.escalate", 10),
    Entry("followup.remind", 15),
    Entry("medication.remind", 15),
    Entry("booking.remind", 30),
    Entry("education.send_broadcasts", 5),
    Entry("wechat.sweep_followers", 3600),
)


LOOKS_FOR_WORKERS_EVERY = 60.0
"""Seconds; the first time one such while after the start, when the workers are there."""


def run(outside: Outside) -> None:
    """Ring until SIGTERM. Two schedulers do no harm: a bell rings once, a job claims its rows."""
    running = [True]

    def stop(number: int, frame: FrameType | None) -> None:
        running[0] = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    rung: dict[str, float] = {}
    looks_at = time.monotonic() + LOOKS_FOR_WORKERS_EVERY
    while running[0]:
        if ring_due(outside, rung, time.monotonic()):
            outside.bells.note_round(clock.machine())
        if time.monotonic() > looks_at:
            tell_unheard(outside)
            looks_at = time.monotonic() + LOOKS_FOR_WORKERS_EVERY
        travel_if_asked(outside, [entry.job for entry in SCHEDULE])
        time.sleep(0.2)


def ring_due(outside: Outside, rung: dict[str, float], at: float) -> int:
    """Ring for every entry whose time has come and say how many; `rung` remembers when.

    `at` is seconds of the monotonic clock.
    """
    due = [entry for entry in SCHEDULE if at - rung.get(entry.job, float("-inf")) >= entry.every]
    for entry in due:
        rung[entry.job] = at
        outside.bells.ring(entry.job)
    return len(due)


def tell_unheard(outside: Outside) -> None:
    """Say in the log which queues no worker listens to: what is rung for there is done by nobody."""
    try:
        waiting = unheard(outside.redis)
    except RedisError as error:
        log.warning("queues.not_looked_at", error=type(error).__name__)
        return
    if waiting:
        log.warning("queues.unheard", queues=waiting)
