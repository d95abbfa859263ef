"""A load of kept-alive connections against this machine: requests a second, and how long each took."""

import http.client
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from urllib.parse import urlsplit

from app.core.config import LOCAL_HOSTS


@dataclass(frozen=True)
class Call:
    """One request to repeat."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Result:
    """What one run saw."""

    per_second: float
    p99_ms: float
    statuses: frozenset[int]


def run(base: str, next_call: Callable[[int, int], Call], *, connections: int, calls: int) -> Result:
    """`connections` threads make `calls` requests each; `next_call(thread, number)` says which.

    Raises ValueError for an address that is not this machine's.
    """
    parts = urlsplit(base)
    if parts.hostname not in LOCAL_HOSTS or parts.port is None:
        raise ValueError("A load is sent to this machine only.")
    times: list[list[float]] = [[] for _ in range(connections)]
    statuses: set[int] = set()
    start = Barrier(connections + 1)

    def one(thread: int) -> None:
        client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        client.connect()
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        prepared = [next_call(thread, number) for number in range(calls)]
        start.wait()
        for call in prepared:
            began = time.perf_counter()
            client.request(call.method, call.path, call.body or None, dict(call.headers))
            answer = client.getresponse()
            answer.read()
            times[thread].append(time.perf_counter() - began)
            statuses.add(answer.status)
        client.close()

    threads = [Thread(target=one, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    every = sorted(moment for mine in times for moment in mine)
    return Result(len(every) / took, 1000 * percentile(every, 0.99), frozenset(statuses))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered values lie."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
