"""What a monitoring system should know of the house: how much waits, for how long, and who works.

Read from the database and from Redis at each scrape, so that it is the same whichever process is
asked. Counts only, nothing of any patient.
"""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError
from rq import Queue, Worker
from rq.registry import FailedJobRegistry
from sqlalchemy.exc import SQLAlchemyError

from app.alerts import reads as alerts
from app.core import clock
from app.core.db import read_only
from app.core.queue import QUEUES
from app.messaging import reads as messages
from app.wechat import inbox
from app.wiring import Outside


def scrape(outside: Outside) -> bytes:
    """Everything in Prometheus's text form; what is away is told as suihu_up 0, not as an error."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House(outside, clock.now()))
    return generate_latest(registry) + generate_latest(REGISTRY)


class _House(Collector):
    """One look at the house."""

    def __init__(self, outside: Outside, now: datetime) -> None:
        self._outside = outside
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("suihu_up", "Whether this part answers", labels=["part"])
        try:
            yield from self._of_the_database()
            up.add_metric(["database"], 1)
        except SQLAlchemyError:
            up.add_metric(["database"], 0)
        try:
            yield from self._of_redis()
            up.add_metric(["redis"], 1)
        except RedisError:
            up.add_metric(["redis"], 0)
        yield up

    def _of_the_database(self) -> Iterator[GaugeMetricFamily]:
        with read_only(self._outside.readers) as session:
            by_state = messages.counts_by_state(session)
            late = {
                lane: messages.oldest_due(session, self._now, urgent=lane == "urgent")
                for lane in ("urgent", "other")
            }
            pushed = inbox.counts(session)
            unanswered = alerts.open_by_urgency(session)
        yield _gauge("suihu_messages", "Messages, by state", "state", by_state)
        yield _gauge(
            "suihu_oldest_due_message_seconds",
            "How long the oldest message that is due has been waiting",
            "lane",
            {lane: (self._now - since).total_seconds() if since else 0 for lane, since in late.items()},
        )
        yield _gauge(
            "suihu_callbacks", "WeChat's pushes still to be worked off, and failed ones", "state", pushed
        )
        yield _gauge("suihu_open_alerts", "Alerts nobody has taken yet", "urgency", unanswered)

    def _of_redis(self) -> Iterator[GaugeMetricFamily]:
        redis = self._outside.redis
        queues = {name: Queue(name, connection=redis) for name in QUEUES}
        last_round = self._outside.bells.last_round()
        yield _gauge(
            "suihu_queue_length",
            "Jobs waiting for a worker",
            "queue",
            {name: queue.count for name, queue in queues.items()},
        )
        yield _gauge(
            "suihu_failed_jobs",
            "Jobs that failed within a day",
            "queue",
            {name: FailedJobRegistry(queue=queue).count for name, queue in queues.items()},
        )
        yield _gauge(
            "suihu_workers",
            "Workers that listen to a queue",
            "queue",
            {name: Worker.count(queue=queue) for name, queue in queues.items()},
        )
        yield GaugeMetricFamily(
            "suihu_scheduler_last_round_timestamp_seconds",
            "When the scheduler last went round; 0 when it never has",
            value=last_round.timestamp() if last_round else 0,
        )


def _gauge(name: str, words: str, label: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
