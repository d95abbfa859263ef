"""The same form on the telephone: staff enter what the patient says, and danger shows while they speak."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answered

from app.audit.trail import record_change, record_read
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Invalid, NotFound
from app.followup import calls, tasks
from app.followup.rules.calling import CallOutcome
from app.followup.tables import Task
from app.http.doors import outside
from app.http.form_fields import given_request_id
from app.http.staff_auth import staff_actor, staff_only
from app.patients import profiles
from app.questionnaires import drafts, submissions
from app.questionnaires.catalog import definition_of
from app.questionnaires.page_answers import Kept, Refused, save_all, save_one, typed
from app.questionnaires.reads import submitted_for
from app.questionnaires.rivals import Writer, keep_unsent
from app.questionnaires.rules.page_input import Fields
from app.questionnaires.sheet import Sheet, sheet_of
from app.questionnaires.tables import Response

console = Blueprint("call_answers", __name__, url_prefix="/console/tasks/<task_id>/answers")


@console.get("")
@staff_only("tasks.work")
def show(task_id: str) -> str:
    """The form this call is about, as far as it has been filled in by anybody."""
    now = clock.now()

    def find(session: Session) -> Sheet:
        call = _call(session, task_id)
        record_read(session, staff_actor(), call.patient_id, "form", now)
        return sheet_of(session, _response(session, call))

    return _page(task_id, contend(outside().sessions, find), {}, {})


@console.post("/<link_id>")
@staff_only("tasks.work")
def answer(task_id: str, link_id: str) -> Answered | tuple[str, int]:
    """Keep one answer while the patient speaks; what changed on the page comes back."""
    fields, now = request.form.to_dict(flat=False), clock.now()

    def keep(session: Session) -> Kept | None:
        call = _call(session, task_id)
        return save_one(
            session, call.patient_id, _response(session, call).id, link_id, fields, "staff", now, _writer()
        )

    kept = contend(outside().sessions, keep)
    if kept is None:
        return "", 204
    about = {"base": _base(task_id), "sheet": kept.sheet, "refused": kept.refused, "fields": fields}
    changed = make_response(
        render_template("questionnaires/call_changed.html", kept=kept, **about), kept.status
    )
    if kept.saved and kept.saved.new_flags:
        changed.headers["HX-Reswap"] = "outerHTML show:#danger:top"
    return changed


@console.post("")
@staff_only("tasks.work")
def submit(task_id: str) -> Answered | tuple[str, int]:
    """Send it in the patient's place, and the call is done; what does not fit is named, the rest kept.

    One transaction from the last answer to the closed call: nobody finds it half sent.
    """
    fields, now = request.form.to_dict(flat=False), clock.now()

    def find(session: Session) -> Sheet:
        return sheet_of(session, _response(session, _call(session, task_id)))

    def send(session: Session) -> tuple[Sheet, Refused]:
        call = _call(session, task_id)
        response = _response(session, call)
        sheet, refused = save_all(session, call.patient_id, response.id, fields, "staff", now, _writer())
        if not refused:
            _finish(session, task_id, sheet.response)
        return sheet, refused

    try:
        sheet, refused = contend(outside().sessions, send)
    except Conflict:
        # A second tap, a colleague, or the patient was faster: the task's own page says how it ended.
        return redirect(_whose_word_stands(task_id, fields), 303)
    except Invalid as wrong:
        # The remark does not fit: nothing was sent, and all that was typed stands on the page again.
        return _page(task_id, contend(outside().sessions, find), {}, fields, wrong.message), 422
    if refused:
        return _page(task_id, sheet, refused, fields), 422
    return redirect(url_for("tasks_console.show", task_id=task_id), 303)


def _whose_word_stands(task_id: str, fields: Fields) -> str:
    """Where it says what happened. Who tapped twice hears nothing; who came second is told whose word
    stands, and what she typed is kept beside it."""
    actor, now = staff_actor(), clock.now()
    task_page = url_for("tasks_console.show", task_id=task_id)

    def keep(session: Session) -> tuple[str, int] | None:
        call = tasks.locked(session, task_id)
        if call.done_by == f"staff:{actor.id}":
            return None
        sent = submitted_for(session, call.patient_id, (call.cause_id or call.id, call.id))
        if sent is None:
            return task_page, 0
        definition = definition_of(session, sent.questionnaire_id)
        told = typed(definition, fields)
        unsent = keep_unsent(session, sent, definition, told, f"staff:{actor.id}", now)
        return url_for("responses_console.show", response_id=sent.id), unsent

    found = contend(outside().sessions, keep)
    if found is None:
        return task_page
    page, unsent = found
    kept = f"您填的有 {unsent} 题和已提交的不一样，都留在下面。" if unsent else "您填的没有别的不一样。"
    flash(f"这份问卷已经有人先提交了（同事记的，或患者自己填的），以先提交的为准。{kept}", "warn")
    return page


def _writer() -> Writer:
    """The member of staff, and when the page that is sent was drawn."""
    return Writer(f"staff:{staff_actor().id}", _moment(request.form.get("seen_at", "")))


def _moment(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _finish(session: Session, task_id: str, response: Response) -> None:
    actor, now = staff_actor(), clock.now()
    # The call first: an answered form would otherwise cancel it as no longer needed.
    calls.record(session, actor, task_id, CallOutcome.REACHED, request.form.get("note", "").strip(), now)
    submissions.submit(
        session,
        response.patient_id,
        response.id,
        given_request_id(),
        "staff",
        now,
        entered_by=f"staff:{actor.id}",
    )
    record_change(
        session, actor, "response", response.id, "submit", now, patient_id=response.patient_id, via="call"
    )


def _call(session: Session, task_id: str) -> Task:
    """The open call that has a form. Raises NotFound, Conflict (task_closed)."""
    call = tasks.locked(session, task_id)
    if call.kind != "call" or call.form_code is None:
        raise NotFound("这项任务没有要填的问卷。", code="no_form")
    tasks.ensure_live(call)
    return call


def _response(session: Session, call: Task) -> Response:
    """The unanswered form that became this call; a call of its own has a form of its own."""
    asked = session.get(Task, call.cause_id) if call.cause_id else None
    occasion = asked.id if asked is not None and asked.kind == "form" else call.id
    return drafts.open_for_task(session, call.patient_id, occasion, call.form_code or "", clock.now())


def _page(task_id: str, sheet: Sheet, refused: Refused, fields: Fields, about_note: str = "") -> str:
    with read_only(outside().readers) as session:
        patient = profiles.find(session, sheet.response.patient_id)
    about: dict[str, Any] = {"sheet": sheet, "refused": refused, "fields": fields, "base": _base(task_id)}
    about["note"], about["about_note"] = request.form.get("note", ""), about_note
    seen_at = clock.now().isoformat()
    return render_template(
        "questionnaires/call.html", patient=patient, task_id=task_id, seen_at=seen_at, **about
    )


def _base(task_id: str) -> str:
    return f"/console/tasks/{task_id}"
