"""The page of public holidays: what is entered, enter a span, take a day back."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Invalid
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.staff import workdays
from app.staff.rules.days_off import KINDS, span, year_lacking
from app.staff.rules.weeks import DAYS

console = Blueprint("days_off_console", __name__, url_prefix="/console/holidays")


@console.get("")
@staff_only("staff.manage")
def show() -> str:
    """The days to come."""
    return _page()


@console.post("")
@staff_only("staff.manage")
def add() -> Response | tuple[str, int]:
    """Enter a span of days."""
    form = request.form
    try:
        days = span(form.get("first", ""), form.get("last", ""))
        contend(
            outside().sessions,
            lambda session: workdays.set_days(
                session, staff_actor(), days, form.get("kind", ""), form.get("name", ""), clock.now()
            ),
        )
    except Invalid as wrong:
        return _page({wrong.field or "first": wrong.message}), 422
    flash(f"已登记 {len(days)} 天。", "good")
    return redirect(url_for("days_off_console.show"), 303)


@console.post("/<day>/remove")
@staff_only("staff.manage")
def remove(day: str) -> Response | tuple[str, int]:
    """Take one day back."""
    try:
        (on,) = span(day, "")
    except Invalid as wrong:
        return _page({"first": wrong.message}), 422
    contend(outside().sessions, lambda session: workdays.forget_day(session, staff_actor(), on, clock.now()))
    return redirect(url_for("days_off_console.show"), 303)


def _page(errors: dict[str, str] | None = None) -> str:
    today = clock.day_of(clock.now())
    with read_only(outside().readers) as session:
        days = workdays.days_since(session, date(today.year, 1, 1))
    return render_template(
        "staff/holidays.html",
        days=[(each, DAYS[each.day.weekday()]) for each in days if each.day >= today],
        lacking=year_lacking([each.day for each in days], today),
        today=today,
        kinds=KINDS,
        form=request.form,
        errors=errors or {},
    )
