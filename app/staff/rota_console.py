"""The rota's page: who is on duty now, a week at a time, add and remove shifts, repeat last week."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Invalid, NotFound
from app.core.typed import day_typed
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.staff import reads, rota
from app.staff.rules.permissions import ROLES
from app.staff.rules.weeks import DAYS, monday_of, shift_on

console = Blueprint("rota_console", __name__, url_prefix="/console/shifts")

WEEK = timedelta(days=7)
FARTHEST = timedelta(days=3650)


@console.get("")
@staff_only("staff.manage")
def show() -> str:
    """One week (?week= any day of it)."""
    return _page()


@console.post("")
@staff_only("staff.manage")
def add() -> Response | tuple[str, int]:
    """Put somebody on duty."""
    form = request.form
    try:
        starts_at, ends_at = shift_on(
            form.get("day", ""),
            form.get("starts", ""),
            form.get("ends", ""),
            clock.zone(),
            clock.day_of(clock.now()),
        )
        contend(
            outside().sessions,
            lambda session: rota.add_shift(
                session, staff_actor(), form.get("account_id", ""), starts_at, ends_at, clock.now()
            ),
        )
    except NotFound:
        return _page({"account_id": "请选择一位同事。"}), 422
    except (Invalid, Conflict) as wrong:
        return _page({wrong.field or "starts": wrong.message}), 422
    return _to_week(_week())


@console.post("/<shift_id>/remove")
@staff_only("staff.manage")
def remove(shift_id: str) -> Response:
    """Take a shift off the rota."""
    contend(
        outside().sessions, lambda session: rota.remove_shift(session, staff_actor(), shift_id, clock.now())
    )
    return _to_week(_week())


@console.post("/repeat")
@staff_only("staff.manage")
def repeat() -> Response:
    """Take last week's shifts over into this one."""
    week = _week()
    added = contend(
        outside().sessions,
        lambda session: rota.repeat_week(session, staff_actor(), _start_of(week - WEEK), WEEK, clock.now()),
    )
    flash(f"从上周复制了 {added} 个班。" if added else "没有可以复制的班。", "good")
    return _to_week(week)


def _week() -> date:
    """The Monday asked for; this week's when none is asked for, or one years away."""
    today = clock.day_of(clock.now())
    try:
        asked = day_typed(request.values.get("week", ""))
    except ValueError:
        asked = today
    # The rota has no weeks in the year 1 or 9999; the machine's calendar ends there.
    return monday_of(asked if abs(asked - today) < FARTHEST else today)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.zone())


def _to_week(week: date) -> Response:
    return redirect(url_for("rota_console.show", week=week.isoformat()))


def _page(errors: dict[str, str] | None = None) -> str:
    week = _week()
    with read_only(outside().readers) as session:
        shifts = rota.shifts_between(session, _start_of(week), _start_of(week + WEEK))
        now_on_duty = rota.all_on_duty(session, clock.now())
        people = reads.working(session)
    days = [(week + timedelta(days=offset), DAYS[offset]) for offset in range(7)]
    return render_template(
        "staff/shifts.html",
        week=week,
        earlier=week - WEEK,
        later=week + WEEK,
        days=[
            (day, name, [line for line in shifts if clock.day_of(line[0].starts_at) == day])
            for day, name in days
        ],
        on_duty=now_on_duty,
        people=[(each.id, f"{each.name}（{ROLES[each.role]}）") for each in people],
        day_choices=[(day.isoformat(), f"{name} {day.month} 月 {day.day} 日") for day, name in days],
        roles=ROLES,
        form=request.form,
        errors=errors or {},
    )
