"""Staff's pages of messages: what did not arrive, what waits, and one message's whole life."""

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for

from app.audit.trail import record_read
from app.core import clock
from app.core.db import read_only, transaction
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.messaging import life

console = Blueprint("messages_console", __name__, url_prefix="/console/messages")

PAGE = 50
LATELY = timedelta(days=7)


@console.get("")
@staff_only("messages.read")
def overview() -> str:
    """One group of messages, newest first: those that did not arrive unless another is asked for."""
    now = clock.now()
    group = request.args.get("group", "trouble")
    with read_only(outside().readers) as session:
        page = life.listed(session, group, request.args.get("after"), PAGE, now)
        trouble = life.trouble_since(session, now - LATELY)
    tabs = [
        {
            "label": words,
            "url": url_for("messages_console.overview", group=key),
            "active": key == group,
            "count": trouble if key == "trouble" else None,
        }
        for key, (words, _) in life.GROUPS.items()
    ]
    return render_template(
        "messaging/list.html", rows=page.items, next=page.next_cursor, group=group, tabs=tabs
    )


@console.get("/<message_id>")
@staff_only("messages.read")
def show(message_id: str) -> str:
    """What one message says and everything that happened to it; that a patient's was read is noted."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        told = life.life_of(session, message_id, now)
        if told.row.patient_id is not None:
            record_read(session, staff_actor(), told.row.patient_id, "message", now)
    return render_template("messaging/show.html", told=told)
