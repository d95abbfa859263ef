"""Sending: claim, call, record, until nothing is due. WeChat is asked between transactions, never inside."""

import random
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import timedelta

from app.core import clock
from app.core.db import contend
from app.messaging.claiming import Claim, Ready, claim
from app.messaging.delivery import join_reports
from app.messaging.recording import record
from app.messaging.recovery import sweep as mend
from app.messaging.sending import Outcome, send
from app.wiring import Outside
from jobs.context import drains

CONNECTIONS = 8
LEASE = timedelta(minutes=2)
LONGEST_CALL = timedelta(seconds=30)
"""Two tries of ten seconds each, their connecting, and some air."""
RECORD_EVERY = 0.25
RECORD_AT_MOST = 100
SHIFT = 200.0
"""Seconds after which a drain hands over to the next run, well before its time limit."""


@drains("messaging.send_urgent")
def send_urgent(outside: Outside) -> None:
    """What somebody waits for: advice, a nurse's words, answers in the chat."""
    _drain(outside, "messaging.send_urgent", urgent=True)


@drains("messaging.send_due")
def send_due(outside: Outside) -> None:
    """Everything else that is due."""
    _drain(outside, "messaging.send_due", urgent=False)


@drains("messaging.sweep")
def sweep(outside: Outside) -> None:
    """Mend what a dead worker, a lost bell or an early event left over."""
    contend(outside.sessions, lambda session: mend(session, clock.now(), clock.machine(), random.random()))


def _drain(outside: Outside, name: str, urgent: bool) -> None:
    until = time.monotonic() + SHIFT
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        while (claimed := _claim(outside, urgent)).looked:
            calls = [pool.submit(_send, outside, ready) for ready in claimed.ready]
            for outcomes in _as_they_come(calls):
                _record(outside, outcomes)
            if time.monotonic() > until:
                outside.bells.ring(name)
                return


def _claim(outside: Outside, urgent: bool) -> Claim:
    now, lease_until, url = clock.now(), clock.machine() + LEASE, outside.settings.public_url
    return contend(outside.sessions, lambda session: claim(session, urgent, url, now, lease_until))


def _send(outside: Outside, ready: Ready) -> Outcome:
    if clock.machine() > ready.lease_until - LONGEST_CALL:
        # Somebody else may take it before WeChat has answered: rather not call at all.
        return Outcome(ready, called=False)
    return send(outside.wechat, ready)


def _record(outside: Outside, outcomes: list[Outcome]) -> None:
    now, jitter = clock.now(), random.random()
    taken = contend(outside.sessions, lambda session: record(session, outcomes, now, jitter))
    if taken:
        # Only after the commit: a finish event on its way in another transaction sees us, or we see it.
        contend(outside.sessions, lambda session: join_reports(session, taken, now))


def _as_they_come(calls: Iterable[Future[Outcome]]) -> Iterator[list[Outcome]]:
    """Outcomes in handfuls, so that a worker that dies leaves little in doubt."""
    handful: list[Outcome] = []
    since = time.monotonic()
    for call in as_completed(calls):
        handful.append(call.result())
        if len(handful) >= RECORD_AT_MOST or time.monotonic() - since > RECORD_EVERY:
            yield handful
            handful, since = [], time.monotonic()
    if handful:
        yield handful
