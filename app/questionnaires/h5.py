"""The patient answers: from the card straight to question one, saved as given, looked over, sent, thanked."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answered

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Gone, Heeded, Invalid, NotFound
from app.core.ids import new_id
from app.followup import reads as followup
from app.followup.tasks import LIVE
from app.http.doors import outside
from app.http.form_fields import given_request_id
from app.http.patient_auth import patient_id, patient_page, visitor
from app.patients import consents
from app.questionnaires import drafts, links, reads, submissions
from app.questionnaires.page_answers import Kept, Refused, save_all, save_one
from app.questionnaires.rules.page_input import Fields
from app.questionnaires.sheet import Sheet, sheet_of
from app.questionnaires.tables import Response
from app.questionnaires.thanks_h5 import thanks_for

pages = Blueprint("questionnaire_h5", __name__, url_prefix="/h5")


@pages.get("/tasks/<task_id>")
@patient_page
def open_task(task_id: str) -> Answered | tuple[str, int]:
    """Where the card of a reminder leads: the task's form, as far as it has been filled in.

    The link's token says whose it is: somebody else's is not there (404), an old one still works for
    the person it was sent to, because WeChat's silent sign-in has said who is here.
    """
    now, here = clock.now(), patient_id()
    _check_link(task_id, request.args.get("k"), here, now)

    def find(session: Session) -> Response | None:
        task = followup.find_task(session, here, task_id)
        if task is None or task.form_code is None or task.kind != "form":
            raise NotFound("没有找到这次随访。")
        if task.state == "planned":
            raise Conflict(
                f"这次随访{clock.local(task.due_at):%-m月%-d日}开始，到时候我们会提醒您。", code="not_yet"
            )
        if task.state not in LIVE:
            return drafts.of_task(session, here, task_id)
        consents.ensure_collecting(session, here)
        return drafts.open_for_task(session, here, task_id, task.form_code, now)

    response = contend(outside().sessions, find)
    if response is None:
        return _ended("这次随访已经完成，不用再填了。")
    return redirect(url_for(".show", response_id=response.id))


@pages.get("/responses/<response_id>")
@patient_page
def show(response_id: str) -> str | tuple[str, int]:
    """The form while it is a draft (one question at a time in large type), the thanks once it is sent."""
    with read_only(outside().readers) as session:
        response = drafts.find(session, patient_id(), response_id)
        if response.state == "submitted":
            return render_template(
                "h5/form_thanks.html", **thanks_for(session, response, visitor().large_type)
            )
        consents.ensure_collecting(session, patient_id())
        try:
            drafts.ensure_alive(response, clock.now())
        except Gone as over:
            return _ended(over.message, response.task_id if response.state == "expired" else None)
        sheet = sheet_of(session, response)
    return _draw(sheet, request.args.get("q"))


@pages.post("/responses/<response_id>/answers/<link_id>")
@patient_page
def answer(response_id: str, link_id: str) -> Answered | str | tuple[str, int]:
    """Keep one answer. The page of all questions gets back what changed; that of one question, the next."""
    fields, live = request.form.to_dict(flat=False), "HX-Request" in request.headers
    here, now = patient_id(), clock.now()
    kept = contend(
        outside().sessions,
        lambda session: save_one(session, here, response_id, link_id, fields, "page", now),
    )
    if kept is None:
        return "", 204
    if live:
        return _changed(kept, fields)
    if kept.refused:
        return _draw(kept.sheet, link_id, kept.refused, fields), 422
    return _onward(kept.sheet, link_id, bool(kept.saved and kept.saved.new_flags))


@pages.post("/responses/<response_id>/review")
@patient_page
def check_over(response_id: str) -> Answered | tuple[str, int]:
    """Everything on the page at once, then the review; what does not fit is named where it stands."""
    fields, here, now = request.form.to_dict(flat=False), patient_id(), clock.now()
    sheet, refused = contend(
        outside().sessions, lambda session: save_all(session, here, response_id, fields, "page", now)
    )
    if refused:
        return _draw(sheet, None, refused, fields), 422
    return redirect(url_for(".review", response_id=response_id), 303)


@pages.get("/responses/<response_id>/review")
@patient_page
def review(response_id: str) -> str | Answered:
    """All answers in words, each with a way back, and the button that sends them."""
    with read_only(outside().readers) as session:
        response = drafts.find(session, patient_id(), response_id)
        if response.state != "draft":
            return redirect(url_for(".show", response_id=response_id))
        sheet = sheet_of(session, response)
        told = reads.told_in(session, response)
    return render_template("h5/form_review.html", told=told, request_id=new_id(), **_about(sheet, {}, {}))


@pages.post("/responses/<response_id>/submit")
@patient_page
def submit(response_id: str) -> Answered | tuple[str, int]:
    """Send it; a double tap, or a second device, ends on the same thanks."""
    here, now, request_id = patient_id(), clock.now(), given_request_id()
    try:
        contend(
            outside().sessions,
            lambda session: submissions.submit(session, here, response_id, request_id, "page", now),
        )
    except Heeded:
        raise
    except Conflict:
        return redirect(url_for(".show", response_id=response_id), 303)
    except Invalid as incomplete:
        return _still_open(response_id, incomplete), 422
    return redirect(url_for(".show", response_id=response_id), 303)


def _check_link(task_id: str, token: str | None, here: str, now: datetime) -> None:
    """A link of somebody else's is not there; an old one works, and says that it is old."""
    if not token:
        return
    link = links.read(task_id, token, now)
    if link.patient_id != here:
        raise NotFound("没有找到这次随访。")
    if link.expired:
        flash("这是几天前发给您的提醒，现在填也可以。", "info")


def _still_open(response_id: str, incomplete: Invalid) -> str:
    problems = {wrong["field"]: wrong["message"] for wrong in incomplete.detail.get("problems", [])}
    with read_only(outside().readers) as session:
        sheet = sheet_of(session, drafts.find(session, patient_id(), response_id))
    return _draw(sheet, next(iter(problems), None), problems)


def _changed(kept: Kept, fields: Fields) -> Answered:
    """The parts of the page that this answer changed; a danger it brought is scrolled into sight."""
    about = _about(kept.sheet, kept.refused, fields)
    changed = make_response(render_template("h5/form_changed.html", kept=kept, **about), kept.status)
    if kept.saved and kept.saved.new_flags:
        changed.headers["HX-Reswap"] = "outerHTML show:#danger:top"
    return changed


def _onward(sheet: Sheet, link_id: str, alarmed: bool) -> Answered:
    """The question behind this one, else the review."""
    following, response_id = sheet.after(link_id), sheet.response.id
    if following is None:
        return redirect(url_for(".review", response_id=response_id), 303)
    danger = "new" if alarmed else None
    return redirect(url_for(".show", response_id=response_id, q=following, danger=danger), 303)


def _draw(
    sheet: Sheet, asked: str | None, refused: Refused | None = None, fields: Fields | None = None
) -> str:
    about = _about(sheet, refused or {}, fields or {})
    if not visitor().large_type:
        return render_template("h5/form_sheet.html", **about)
    entry = sheet.entry(asked or sheet.state.next or "") or sheet.shown_questions[0]
    return render_template("h5/form_question.html", entry=entry, danger=request.args.get("danger"), **about)


def _about(sheet: Sheet, refused: Refused, fields: Fields) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "refused": refused,
        "fields": fields,
        "base": f"/h5/responses/{sheet.response.id}",
        "until": sheet.response.expires_at if sheet.answers else None,
        "now": clock.now(),
    }


def _ended(words: str, task_id: str | None = None) -> tuple[str, int]:
    """It was there and has ended: said kindly, with the way on."""
    return render_template("h5/form_ended.html", words=words, task_id=task_id), 410
