"""Is the program alive, and is it ready to serve?"""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.queue import unheard
from app.http.access import open_to_all
from app.http.doors import outside
from app.http.metrics import scrape
from app.wiring import Outside

health = Blueprint("health", __name__)


@health.get("/healthz")
@open_to_all("a load balancer asks whether the process lives")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@open_to_all("a load balancer asks whether to send people here; names parts, no data")
def readyz() -> tuple[Response, int]:
    """Database, Redis and migrations, each by name, and the queues without a worker.

    Without workers people are served all the same, and WeChat's pushes kept: that alone is no 503.
    """
    parts = {
        "database": _database(outside()),
        "redis": _redis(outside()),
        "migrations": _migrations(outside()),
    }
    ready = all(state == "ok" for state in parts.values())
    told = parts | {"workers": _workers(outside()) if parts["redis"] == "ok" else "unknown"}
    return jsonify(status="ready" if ready else "not ready", **told), 200 if ready else 503


@health.get("/metrics")
@open_to_all("Prometheus scrapes it inside the hospital's network; counts only, no patient data")
def metrics() -> Response:
    """Gauges for Prometheus."""
    return Response(scrape(outside()), content_type=CONTENT_TYPE_LATEST)


def _database(out: Outside) -> str:
    try:
        with out.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return "ok"
    except SQLAlchemyError as error:
        return f"unreachable: {type(error).__name__}"


def _redis(out: Outside) -> str:
    try:
        out.redis.ping()
        return "ok"
    except RedisError as error:
        return f"unreachable: {type(error).__name__}"


def _workers(out: Outside) -> str:
    try:
        waiting = unheard(out.redis)
    except RedisError as error:
        return f"unknown: {type(error).__name__}"
    return f"nobody listens to: {', '.join(waiting)}" if waiting else "ok"


def _migrations(out: Outside) -> str:
    head = ScriptDirectory.from_config(Config("migrations/alembic.ini")).get_current_head()
    try:
        with out.engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return f"unknown: {type(error).__name__}"
    return "ok" if at == head else "behind: run `make migrate`"
