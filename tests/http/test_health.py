"""Alive, ready, and what the monitoring reads: each part by name, no data, never an error of its own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from rq import Queue, Worker

from app.core import clock
from app.core.db import transaction
from app.core.queue import JOBS, QUEUES
from app.factory import create_app
from app.launcher.embedded_redis import free_port
from app.wechat import inbox
from app.wiring import Outside, connect
from tests.conftest import OA
from tests.factories.alerts import make_alert
from tests.factories.messaging import make_message
from tests.factories.patients import make_patient

Elsewhere = Callable[..., FlaskClient]


@pytest.fixture
def elsewhere(outside: Outside) -> Iterator[Elsewhere]:
    """The same program with some settings pointing elsewhere."""
    opened: list[Outside] = []

    def open_with(**changes: Any) -> FlaskClient:
        opened.append(connect(replace(outside.settings, **changes)))
        return create_app(opened[-1]).test_client()

    yield open_with
    for out in opened:
        out.wechat.close()
        out.close()


def nowhere() -> dict[str, str]:
    """Addresses at which nobody answers."""
    return {
        "database_url": f"mysql+pymysql://root:hunter2@127.0.0.1:{free_port()}/suihu",
        "redis_url": f"redis://:hunter2@127.0.0.1:{free_port()}/0",
    }


def figures(client: FlaskClient) -> dict[str, float]:
    """{name with labels: value} of a scrape."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    return {
        name: float(value)
        for name, value in re.findall(r"^(suihu_\S+(?:\{[^}]*\})?) (\S+)$", answer.text, re.M)
    }


def test_a_process_that_answers_is_alive(client: FlaskClient, elsewhere: Elsewhere) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert elsewhere(**nowhere()).get("/healthz").status_code == 200


def test_a_house_in_order_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told = dict(answer.json)
    assert told.pop("workers").startswith("nobody listens to: ")
    assert told == {"status": "ready", "database": "ok", "redis": "ok", "migrations": "ok"}


def test_a_queue_that_nobody_listens_to_is_named_until_a_worker_comes(
    client: FlaskClient, outside: Outside
) -> None:
    """A worker that still names the queues of an earlier version leaves the new ones alone."""
    queues = [Queue(name, connection=outside.redis) for name in QUEUES]
    worker = Worker([queue for queue in queues if queue.name != "judging"], connection=outside.redis)
    worker.register_birth()
    assert client.get("/readyz").json["workers"] == "nobody listens to: judging"
    worker.queues = queues
    worker.register_death()
    worker.register_birth()
    assert client.get("/readyz").json["workers"] == "ok"


def test_a_database_that_is_away_is_named(elsewhere: Elsewhere) -> None:
    answer = elsewhere(database_url=nowhere()["database_url"]).get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "database": "unreachable: OperationalError",
        "redis": "ok",
        "migrations": "unknown: OperationalError",
        "workers": f"nobody listens to: {', '.join(QUEUES)}",
    }


def test_a_redis_that_is_away_is_named(elsewhere: Elsewhere) -> None:
    answer = elsewhere(redis_url=nowhere()["redis_url"]).get("/readyz")
    assert answer.status_code == 503
    assert answer.json["redis"] == "unreachable: ConnectionError"
    assert answer.json["database"] == answer.json["migrations"] == "ok"


def test_a_database_that_was_not_migrated_is_named(elsewhere: Elsewhere, tmp_path: Path) -> None:
    answer = elsewhere(database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}").get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] == "ok"
    assert answer.json["migrations"] == "behind: run `make migrate`"


def test_an_empty_house_counts_nothing(client: FlaskClient) -> None:
    found = figures(client)
    assert found.pop('suihu_up{part="database"}') == found.pop('suihu_up{part="redis"}') == 1
    assert set(found.values()) == {0.0}


def test_what_waits_is_counted(client: FlaskClient, outside: Outside) -> None:
    now = clock.now()
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        make_message(session, now - timedelta(minutes=3), patient_id=patient.id)
        make_message(session, now, patient_id=patient.id).state = "unknown"
        make_message(session, now, patient_id=patient.id).state = "delivered"
        make_alert(session, patient.id, urgency="high", now=now)
        inbox.keep(session, OA["app_id"], "key", "text", "<xml/>", now)
    found = figures(client)
    assert found['suihu_messages{state="unknown"}'] == 1
    assert found['suihu_messages{state="queued"}'] >= 1
    assert 'suihu_messages{state="delivered"}' not in found
    assert 180 <= found['suihu_oldest_due_message_seconds{lane="other"}'] < 240
    assert found['suihu_open_alerts{urgency="high"}'] == 1
    assert found['suihu_open_alerts{urgency="critical"}'] == 0
    assert found['suihu_callbacks{state="new"}'] == 1
    assert found['suihu_queue_length{queue="judging"}'] >= 1


def test_the_schedulers_sign_of_life_is_shown(client: FlaskClient, outside: Outside) -> None:
    at: datetime = clock.machine()
    outside.bells.note_round(at)
    assert figures(client)["suihu_scheduler_last_round_timestamp_seconds"] == pytest.approx(at.timestamp())


def test_every_queue_of_a_job_is_watched(client: FlaskClient) -> None:
    found = figures(client)
    for queue in {job.queue for job in JOBS.values()}:
        for name in ("suihu_queue_length", "suihu_failed_jobs", "suihu_workers"):
            assert f'{name}{{queue="{queue}"}}' in found


def test_what_is_away_is_told_and_the_rest_is_still_counted(elsewhere: Elsewhere) -> None:
    without_redis = figures(elsewhere(redis_url=nowhere()["redis_url"]))
    assert without_redis['suihu_up{part="redis"}'] == 0
    assert without_redis['suihu_callbacks{state="new"}'] == 0
    without_database = figures(elsewhere(database_url=nowhere()["database_url"]))
    assert without_database['suihu_up{part="database"}'] == 0
    assert without_database['suihu_queue_length{queue="urgent"}'] == 0


def test_neither_passwords_nor_addresses_are_told(elsewhere: Elsewhere) -> None:
    client = elsewhere(**nowhere())
    told = client.get("/readyz").text + client.get("/metrics").text
    assert "hunter2" not in told and "127.0.0.1" not in told
