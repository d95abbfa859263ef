"""The inbox of staff: who waits, one talk, and how an answer will travel."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, Response, flash, redirect, render_template, request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.alerts.reads import alerts_of, written_dangers
from app.audit.shown import newly_shown, record_shown
from app.audit.trail import record_read
from app.conversations import queue, reads, replies
from app.conversations.answers_console import last_answered
from app.conversations.inbox import open_talk
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.http.doors import body_as, outside
from app.http.errors import status_of
from app.http.files import media
from app.http.numbered import asked_sheet
from app.http.polling import unless_unchanged
from app.http.pressure_chart import INDICATORS
from app.http.request_ids import RequestId
from app.http.staff_auth import current_staff, staff_actor, staff_only
from app.http.trail import note_shown
from app.patients.reads import summary
from app.records.readings import latest

inbox = Blueprint("inbox", __name__)

WORK = "conversations.work"


class Written(BaseModel):
    """What the composer sends."""

    text: str = Field(max_length=4000)
    request_id: RequestId
    how: Literal["message", "card", "note", "call"] | None = None
    """Which button; none when the keyboard sent it."""
    usual: Literal["message", "card"] = "message"


class Outcome(BaseModel):
    """How a conversation ended."""

    outcome: str = Field(max_length=500)
    request_id: RequestId


SEND = {
    "message": replies.reply,
    "card": replies.knock,
    "note": replies.note,
    "call": replies.ask_for_call,
}


@inbox.get("/console/inbox")
@staff_only(WORK)
def show_inbox() -> str:
    """Everybody who waits."""
    now = clock.now()
    with read_only(outside().readers) as session:
        shown = _list(session, now)
    note_shown(queue.words_shown(shown["rows"]), "inbox", now)
    return render_template("conversations/inbox.html", now=now, **shown)


@inbox.get("/console/inbox/list")
@staff_only(WORK)
def poll_inbox() -> BaseResponse:
    """The list alone, for the page that shows it already."""
    now = clock.now()
    with read_only(outside().readers) as session:
        shown = _list(session, now)
    answer = unless_unchanged("conversations/list.html", now, **shown)
    if answer.status_code != 304:
        note_shown(queue.words_shown(shown["rows"]), "inbox", now)
    return answer


@inbox.get("/console/inbox/<conversation_id>")
@staff_only(WORK)
def show_talk(conversation_id: str) -> str:
    """One talk; reading it leaves a trace."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        talk = _talk(session, conversation_id, now)
        if talk.patient_id is not None:
            record_read(session, staff_actor(), talk.patient_id, "conversation", now)
        beside = _list(session, now)
        words = queue.words_shown(beside["rows"])
        record_shown(
            session,
            staff_actor(),
            newly_shown(session, current_staff().id, words, "inbox", now),
            "inbox",
            now,
        )
        return render_template(
            "conversations/talk.html",
            talk=talk,
            lines=reads.lines(session, conversation_id),
            answered=last_answered(session, talk.patient_id),
            **_at_hand(session, talk.patient_id, now),
            composer=Composer(new_id()),
            outcome_request_id=new_id(),
            now=now,
            **beside,
        )


@inbox.get("/console/inbox/<conversation_id>/lines")
@staff_only(WORK)
def poll_lines(conversation_id: str) -> BaseResponse:
    """The lines alone, with the fate of each; asked every two seconds by whoever has the talk open."""
    now = clock.now()
    with read_only(outside().readers) as session:
        talk, lines = _talk(session, conversation_id, now), reads.lines(session, conversation_id)
    answer = unless_unchanged("conversations/lines.html", now, talk=talk, lines=lines, oob=True)
    told = [line.at for line in lines if line.who == "patient"]
    if answer.status_code != 304 and talk.patient_id is not None and told:
        note_shown({talk.patient_id: max(told)}, "conversation", now)
    return answer


@inbox.get("/console/inbox/<conversation_id>/way")
@staff_only(WORK)
def poll_way(conversation_id: str) -> BaseResponse:
    """How an answer would travel now; the buttons too when the page still shows those of another way."""
    now, shown = clock.now(), request.args.get("usual")
    with read_only(outside().readers) as session:
        talk = reads.talk(session, conversation_id, now)
    changed = shown != ("message" if talk.way.open else "card")
    return unless_unchanged("conversations/way.html", now, talk=talk, oob=changed)


@inbox.get("/console/inbox/<conversation_id>/composer")
@staff_only(WORK)
def show_composer(conversation_id: str) -> str:
    """The composer, with the text of a line that did not go out when `line` names one."""
    with read_only(outside().readers) as session:
        talk = reads.talk(session, conversation_id, clock.now())
        composer = Composer(new_id())
        if line_id := request.args.get("line"):
            lost = reads.staff_line(session, conversation_id, line_id)
            composer = Composer(new_id(), lost.text, f"上一条没有发出：{lost.reason or '原因不明'}")
    return render_template("conversations/composer.html", talk=talk, composer=composer)


@inbox.post("/console/inbox/<conversation_id>/lines")
@staff_only(WORK)
def post_line(conversation_id: str) -> Response | tuple[str, int]:
    """Write a message, a card, a remark or a call task; a refusal gives the text back."""
    written = body_as(Written)
    now = clock.now()
    try:
        send = SEND[written.how or written.usual]
        contend(
            outside().sessions,
            lambda session: send(
                session, staff_actor(), conversation_id, written.text, written.request_id, now
            ),
        )
    except (Conflict, Invalid) as refused:
        composer = Composer(new_id(), written.text, refused.message)
        return _composer(conversation_id, composer, now), status_of(refused)
    answer = Response(_composer(conversation_id, Composer(new_id()), now))
    answer.headers["HX-Trigger"] = "line-written"
    return answer


@inbox.post("/console/inbox/with/<patient_id>")
@staff_only(WORK)
def post_open_talk(patient_id: str) -> BaseResponse:
    """Write first: the patient's talk, begun when there is none."""
    try:
        talk = contend(outside().sessions, lambda session: open_talk(session, patient_id, clock.now()))
    except Conflict as refused:
        flash(refused.message, "warn")
        return redirect(f"/console/patients/{patient_id}", 303)
    return redirect(f"/console/inbox/{talk.id}", 303)


@inbox.post("/console/inbox/<conversation_id>/take")
@staff_only(WORK)
def post_take(conversation_id: str) -> BaseResponse:
    """Look after this talk from now on."""
    contend(
        outside().sessions, lambda session: replies.take(session, staff_actor(), conversation_id, clock.now())
    )
    return redirect(f"/console/inbox/{conversation_id}", 303)


@inbox.post("/console/inbox/<conversation_id>/resolve")
@staff_only(WORK)
def post_resolve(conversation_id: str) -> BaseResponse:
    """Close the talk with one line."""
    ended = body_as(Outcome)
    contend(
        outside().sessions,
        lambda session: replies.resolve(
            session, staff_actor(), conversation_id, ended.outcome, ended.request_id, clock.now()
        ),
    )
    flash("已办结。患者再来信会自动重新打开。", "good")
    return redirect("/console/inbox", 303)


@inbox.get("/console/inbox/<conversation_id>/media/<line_id>")
@staff_only(WORK)
def show_media(conversation_id: str, line_id: str) -> Response:
    """A picture or voice that the patient sent; looking at it leaves a trace."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        talk = reads.talk(session, conversation_id, now)
        path = reads.media_path(session, conversation_id, line_id)
        if talk.patient_id is not None:
            record_read(session, staff_actor(), talk.patient_id, "conversation_media", now)
    return media(outside().storage.load(path), path)


@dataclass(frozen=True)
class Composer:
    """The state of the composer: a fresh request id, a text given back, and why."""

    request_id: str
    text: str = ""
    problem: str = ""


def _talk(session: Session, conversation_id: str, now: datetime) -> reads.Talk:
    """The talk with every danger of it that is not resolved in words."""
    talk = reads.talk(session, conversation_id, now)
    dangers = written_dangers(session)
    return replace(talk, red_flag=dangers.get(talk.patient_id or "", talk.red_flag))


def _at_hand(session: Session, patient_id: str | None, now: datetime) -> dict[str, Any]:
    """What one has to know of the writer before answering; nothing of somebody without a card."""
    if patient_id is None:
        return {"patient": None}
    return {
        "patient": summary(session, patient_id, clock.day_of(now)),
        "pressure": latest(session, patient_id, INDICATORS),
        "dangers": alerts_of(session, patient_id, now),
    }


def _composer(conversation_id: str, composer: Composer, now: datetime) -> str:
    with read_only(outside().readers) as session:
        talk = reads.talk(session, conversation_id, now)
    return render_template("conversations/composer.html", talk=talk, composer=composer)


def _list(session: Session, now: datetime) -> dict[str, Any]:
    asked = request.args.get("view", "waiting")
    view = asked if asked in queue.VIEWS else "waiting"
    staff_id = current_staff().id
    page = asked_sheet(queue.length(session, view, staff_id))
    rows = queue.queue(session, view, staff_id, now, skip=page.skip)
    return {
        "view": view,
        "views": queue.VIEWS,
        "page": page,
        "rows": queue.with_dangers(rows, written_dangers(session)),
        "counts": queue.counts(session, staff_id),
        "here": (request.view_args or {}).get("conversation_id") or request.args.get("here", ""),
    }
