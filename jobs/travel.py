"""Demo and test only: move the hospital's time forward, stopping at everything that falls due on the way."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from urllib.request import Request, urlopen

import structlog
from redis import RedisError
from rq import Queue
from rq.registry import StartedJobRegistry

from app.core import clock
from app.core.db import read_only
from app.core.queue import QUEUES
from app.demo_clock import clear_target, target_moment
from app.upcoming import next_moment, work_in_hand
from app.wiring import Outside

log = structlog.get_logger(__name__)

SETTLES_WITHIN = 60
"""Seconds that the work of one moment may take before the travel goes on and says so."""


def travel_if_asked(outside: Outside, jobs: Sequence[str]) -> None:
    """Go to the target that the demo clock's page set, if there is one."""
    if outside.settings.demo_clock_file is None:
        return
    try:
        target = target_moment(outside.redis)
    except RedisError as error:
        # Nobody can have asked either.
        log.warning("travel.redis_away", error=type(error).__name__)
        return
    if target is not None:
        travel(outside, target, jobs)
        clear_target(outside.redis, target)


def travel(outside: Outside, target: datetime, jobs: Sequence[str]) -> None:
    """Step from due moment to due moment until `target`; at each, everything due is worked off."""
    settle(outside, jobs)
    while (now := clock.now()) < target:
        with read_only(outside.readers) as session:
            stop = next_moment(session, now)
        clock.reach(min(stop, target) if stop else target)
        tell_the_emulator(outside)
        settle(outside, jobs)


def settle(outside: Outside, jobs: Sequence[str]) -> None:
    """Ring for everything and wait until nothing that is due is left in anybody's hands."""
    deadline = time.monotonic() + SETTLES_WITHIN
    quiet = 0
    while quiet < 2:
        if time.monotonic() > deadline:
            log.warning("travel.unsettled", at=clock.now().isoformat())
            return
        for job in jobs:
            outside.bells.ring(job)
        while _busy(outside) and time.monotonic() < deadline:
            time.sleep(0.02)
        with read_only(outside.readers) as session:
            quiet = 0 if work_in_hand(session, clock.now()) else quiet + 1


def _busy(outside: Outside) -> bool:
    waiting = (Queue(name, connection=outside.redis).count for name in QUEUES)
    started = (StartedJobRegistry(name, connection=outside.redis).count for name in QUEUES)
    return any(waiting) or any(started)


def tell_the_emulator(outside: Outside) -> None:
    """The local WeChat's windows and limits live in the hospital's time too."""
    base = outside.settings.wechat_api_base_url
    ahead = clock.offset().total_seconds()
    body = json.dumps({"offset_seconds": ahead}).encode()
    request = Request(f"{base}/operator/api/clock", body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=5) as answer:  # noqa: S310
        answer.read()
