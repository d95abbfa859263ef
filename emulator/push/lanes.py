"""Jobs done in order per person and side by side across people, some of them after a delay."""

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

Job = Callable[[], None]


class Lanes:
    """A pool with one first-in-first-out lane per key. A delayed job joins its lane when it is due."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="push")
        self._lock = threading.Condition()
        self._waiting: dict[str, deque[tuple[Job, Future[None]]]] = {}
        self._later: list[tuple[float, int, str, Job, Future[None]]] = []
        self._order = itertools.count()
        threading.Thread(target=self._release_due, name="push-timer", daemon=True).start()

    def submit(self, key: str, job: Job, delay_seconds: float = 0.0) -> Future[None]:
        done: Future[None] = Future()
        with self._lock:
            if delay_seconds > 0:
                due = time.monotonic() + delay_seconds
                heapq.heappush(self._later, (due, next(self._order), key, job, done))
                self._lock.notify()
            else:
                self._join(key, job, done)
        return done

    def _join(self, key: str, job: Job, done: Future[None]) -> None:
        lane = self._waiting.get(key)
        if lane is not None:
            lane.append((job, done))
            return
        self._waiting[key] = deque([(job, done)])
        self._pool.submit(self._drain, key)

    def _drain(self, key: str) -> None:
        while True:
            with self._lock:
                lane = self._waiting[key]
                if not lane:
                    del self._waiting[key]
                    return
                job, done = lane.popleft()
            try:
                job()
            except Exception as error:
                done.set_exception(error)
            else:
                done.set_result(None)

    def _release_due(self) -> None:
        with self._lock:
            while True:
                while self._later and self._later[0][0] <= time.monotonic():
                    _, _, key, job, done = heapq.heappop(self._later)
                    self._join(key, job, done)
                pause = self._later[0][0] - time.monotonic() if self._later else None
                self._lock.wait(pause)
