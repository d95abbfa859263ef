"""The bell-wire: after a commit, ring for the worker that drains the due rows.

Due work lives in the database; Redis only carries the ring. A bell that is already ringing is
not rung twice, a bell lost with Redis is rung again by the scheduler's sweep, and a job that
runs twice finds nothing left to do.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

import structlog
from redis import Redis, RedisError
from rq import Queue, Retry, Worker
from sqlalchemy.orm import Session

from app.core.absence import Absence
from app.core.db import after_commit

log = structlog.get_logger(__name__)

QUEUES = ("judging", "urgent", "messages", "fetching", "default")
"""By patience; a worker listens to them in this order. Nothing of `judging` ever waits for the network."""

GATHERED_FOR = 0.02
"""Seconds within which the rings of `ring_often` become one."""

BELL_RINGS_FOR = 60
"""Seconds after which a bell nobody answered may be rung again."""


@dataclass(frozen=True)
class Job:
    """A drain: the queue it waits in, the function's path, and how long one run may take (seconds)."""

    queue: str
    path: str
    timeout: int = 300


JOBS: dict[str, Job] = {
    "callbacks.work_off": Job("judging", "jobs.callbacks.work_off"),
    "callbacks.fetch_and_work_off": Job("fetching", "jobs.callbacks.fetch_and_work_off"),
    "messaging.send_urgent": Job("urgent", "jobs.messaging.send_urgent"),
    "messaging.send_due": Job("messages", "jobs.messaging.send_due"),
    "messaging.sweep": Job("messages", "jobs.messaging.sweep"),
    "patients.draw_card_codes": Job("default", "jobs.patients.draw_card_codes"),
    "followup.remind": Job("default", "jobs.followup.remind"),
    "medication.remind": Job("default", "jobs.medication.remind"),
    "alerts.escalate": Job("judging", "jobs.alerts.escalate"),
    "booking.remind": Job("default", "jobs.booking.remind"),
    "education.send_broadcasts": Job("default", "jobs.education.send_broadcasts"),
    "wechat.sweep_followers": Job("default", "jobs.wechat.sweep_followers"),
}
"""Every background job by name; a policy test resolves each path and finds a worker for each queue."""


class Bells:
    """Rings jobs through Redis; one bell per job name."""

    def __init__(self, redis: Redis, absence: Absence, prefix: str = "suihu") -> None:
        self._redis = redis
        self._absence = absence
        self._prefix = prefix
        self._gathering = threading.Lock()
        self._gathered_until: dict[str, float] = {}
        self._owed: set[str] = set()

    def ring(self, name: str) -> None:
        """Ask for one run of the job. A Redis that is away is not an error: the sweep rings again."""
        job = JOBS[name]
        try:
            with self._absence.watched():
                self._ring(name, job)
        except RedisError as error:
            log.warning("bell.not_rung", job=name, error=type(error).__name__)

    def _ring(self, name: str, job: Job) -> None:
        if self._redis.set(self._key(name), 1, nx=True, ex=BELL_RINGS_FOR):
            Queue(job.queue, connection=self._redis).enqueue(
                job.path, job_timeout=job.timeout, result_ttl=0, failure_ttl=86_400, retry=Retry(max=1)
            )

    def ring_often(self, name: str) -> None:
        """Like `ring`, for what comes in hundreds a second: at once, then at most every GATHERED_FOR.

        Whoever rings in between is not forgotten: the last of them is rung for when the time is over.
        """
        with self._gathering:
            wait = self._gathered_until.get(name, 0.0) - time.monotonic()
            if name in self._owed:
                return
            if wait > 0:
                self._owed.add(name)
                timer = threading.Timer(wait, self._ring_owed, (name,))
                timer.daemon = True
                timer.start()
                return
            self._gathered_until[name] = time.monotonic() + GATHERED_FOR
        self.ring(name)

    def _ring_owed(self, name: str) -> None:
        with self._gathering:
            # Taken off first: a row written from now on starts a timer of its own.
            self._owed.discard(name)
            self._gathered_until[name] = time.monotonic() + GATHERED_FOR
        self.ring(name)

    def answered(self, name: str) -> None:
        """Called by the job before it looks for rows, so that a later row rings again."""
        self._redis.delete(self._key(name))

    def note_round(self, at: datetime) -> None:
        """The scheduler's sign of life: it has just gone round (`at` in the machine's time)."""
        try:
            self._redis.set(f"{self._prefix}:scheduler:round_at", at.isoformat())
        except RedisError as error:
            log.warning("round.not_noted", error=type(error).__name__)

    def last_round(self) -> datetime | None:
        """When a scheduler last went round. Raises RedisError."""
        raw = self._redis.get(f"{self._prefix}:scheduler:round_at")
        return datetime.fromisoformat(raw.decode()) if isinstance(raw, bytes) else None

    def _key(self, name: str) -> str:
        return f"{self._prefix}:bell:{name}"


def unheard(redis: Redis) -> list[str]:
    """The queues that no worker listens to: what is rung for there waits. Raises RedisError."""
    return [name for name in QUEUES if not Worker.count(queue=Queue(name, connection=redis))]


def ring(session: Session, name: str) -> None:
    """Ring for `name` once this transaction is on disk."""
    bells: Bells = session.info["bells"]
    after_commit(session, lambda: bells.ring(name), key=("bell", name))


def ring_often(session: Session, name: str) -> None:
    """Ring for `name` once this transaction is on disk, gathering the rings of one moment into one."""
    bells: Bells = session.info["bells"]
    after_commit(session, lambda: bells.ring_often(name), key=("bell", name))
