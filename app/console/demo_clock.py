"""Demo and test only: the bar on every console page that moves the hospital's time forward."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify, make_response, render_template, request
from redis import RedisError

from app.core import clock
from app.core.db import read_only
from app.core.errors import Invalid, Unavailable
from app.demo_clock import ask_for, target_moment
from app.http.doors import outside
from app.http.staff_auth import staff_only
from app.upcoming import next_moment

log = structlog.get_logger(__name__)

console = Blueprint("demo_clock", __name__, url_prefix="/demo/clock")

STEPS = {
    "+1h": ("+1 小时", timedelta(hours=1)),
    "+1d": ("+1 天", timedelta(days=1)),
    "+1w": ("+1 周", timedelta(weeks=1)),
    "+1m": ("+1 个月", timedelta(days=30)),
}
MORNING = time(8)
"""When medicines are taken and desks open: the next one is a step of its own."""
FARTHEST = timedelta(days=400)
"""The demo's staff have shifts for about so long."""


@console.app_context_processor
def _bar() -> dict[str, Any]:
    # A function: patient pages and others that show no bar do not ask Redis for it.
    return {"demo_clock_state": _state, "demo_steps": STEPS}


@console.get("")
@staff_only("demo.clock")
def show() -> Response:
    """The hospital's time, and where it is going."""
    return _answer()


@console.post("")
@staff_only("demo.clock")
def move() -> Response:
    """Go to the next due moment, a step ahead, or to a moment; what falls due on the way happens in order."""
    body = request.get_json(silent=True) if request.is_json else request.form
    target = _target(str(body.get("to", "")) if isinstance(body, Mapping) else "")
    try:
        with outside().absence.watched():
            ask_for(outside().redis, target)
    except RedisError as away:
        log.warning("demo_clock.not_asked_for", error=type(away).__name__)
        raise Unavailable("现在不能移动时间：Redis 没有回应。", code="redis_away", retry_after=10) from None
    return _answer()


def _target(wanted: str) -> datetime:
    now = clock.now()
    if wanted == "next":
        with read_only(outside().readers) as session:
            return next_moment(session, now) or now
    if wanted == "morning":
        return _next_morning(now)
    target = now + STEPS[wanted][1] if wanted in STEPS else _moment(wanted)
    if not now <= target <= now + FARTHEST:
        raise Invalid("时间只能往前走，最多 400 天。", code="clock_target", field="to")
    return target


def _next_morning(now: datetime) -> datetime:
    today = datetime.combine(clock.day_of(now), MORNING, tzinfo=clock.zone())
    return today if today > now else today + timedelta(days=1)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("请写成 2026-03-02T08:00+08:00 这样的时间。", code="clock_target", field="to") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())


def _state() -> dict[str, Any]:
    return {"now": clock.now(), "target": _going_to()}


def _going_to() -> datetime | None:
    """Where the time is going; nowhere as far as is known while Redis is away."""
    try:
        with outside().absence.watched():
            return target_moment(outside().redis)
    except RedisError as away:
        log.warning("demo_clock.target_unknown", error=type(away).__name__)
        return None


def _answer() -> Response:
    state = _state()
    if request.headers.get("HX-Request"):
        return make_response(render_template("parts/demo_clock.html"))
    return jsonify({key: moment.isoformat() if moment else None for key, moment in state.items()})
