"""The desk's pages for service cards: issue a batch, print it, see what became of it, freeze a lost card."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.audit.trail import record_change
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.http.doors import outside
from app.http.form_fields import given_number, given_request_id
from app.http.qr import qr_svg
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.patients import card_reads, cards

console = Blueprint("cards_console", __name__, url_prefix="/console/cards")

PAGE = 20


@console.get("")
@staff_only("cards.issue")
def overview() -> str:
    """Issue a batch, and the batches so far."""
    return _overview()


@console.post("/batches")
@staff_only("cards.issue")
def issue() -> Response | tuple[str, int]:
    """Issue a batch; a double tap issues one."""
    form, now = request.form, clock.now()
    count, request_id = given_number("count"), given_request_id()
    try:
        batch = contend(
            outside().sessions,
            lambda session: cards.issue_batch(
                session,
                staff_actor(),
                form.get("card_type_id", ""),
                count,
                request_id,
                now,
                note=form.get("note", ""),
            ),
        )
    except Invalid as wrong:
        return _overview({wrong.field or "count": wrong.message}), 422
    except Conflict as taken:
        return _overview({"count": taken.message}, new_id()), 409
    return redirect(url_for("cards_console.show_batch", batch_id=batch.id))


@console.get("/batches/<batch_id>")
@staff_only("cards.issue")
def show_batch(batch_id: str) -> str:
    """A batch and each of its cards."""
    with read_only(outside().readers) as session:
        batch = card_reads.batch(session, batch_id)
        lines = card_reads.cards_in(session, batch_id)
    return render_template("patients/card_batch.html", batch=batch, cards=lines)


@console.get("/batches/<batch_id>/print")
@staff_only("cards.issue")
def print_batch(batch_id: str) -> str:
    """The sheet, once every QR is there; printing shows the one-time codes and is noted."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        batch = card_reads.batch(session, batch_id)
        sheet = [] if batch.without_qr else card_reads.to_print(session, batch_id)
        if sheet:
            record_change(session, staff_actor(), "card_batch", batch_id, "printed", now, count=len(sheet))
    return render_template(
        "patients/card_sheet.html",
        batch=batch,
        cards=[
            {"code": card.code, "serial": card.serial, "qr": qr_svg(card.qr_url, "服务卡二维码")}
            for card in sheet
        ],
        printed_by=current_staff().name,
        printed_at=clock.local(now).strftime("%Y-%m-%d %H:%M"),
    )


@console.post("/<card_id>/freeze")
@staff_only("cards.issue")
def freeze(card_id: str) -> Response:
    """Freeze a lost or misprinted card."""
    card = contend(
        outside().sessions, lambda session: cards.freeze(session, staff_actor(), card_id, clock.now())
    )
    flash(f"卡片 {card.serial} 已冻结，不能再激活。", "good")
    return redirect(url_for("cards_console.show_batch", batch_id=card.batch_id))


def _overview(errors: dict[str, str] | None = None, request_id: str = "") -> str:
    with read_only(outside().readers) as session:
        page = card_reads.batches(session, request.args.get("after"), PAGE)
        types = card_reads.card_types(session)
    return render_template(
        "patients/cards.html",
        batches=page.items,
        next=page.next_cursor,
        types=types,
        form=request.form,
        errors=errors or {},
        request_id=request_id or request.form.get("request_id") or new_id(),
    )
