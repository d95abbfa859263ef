"""The patient's own view of the talk: reads what nurses wrote, writes a line."""

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as BaseResponse

from app.conversations import inbox, reads
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.core.errors import Invalid
from app.core.ids import new_id
from app.http.doors import body_as, outside
from app.http.files import media
from app.http.patient_auth import patient_id, patient_page, visitor
from app.http.polling import unless_unchanged
from app.http.request_ids import RequestId

pages = Blueprint("messages_h5", __name__, url_prefix="/h5/messages")


class Written(BaseModel):
    """What the page sends."""

    text: str = Field(max_length=4000)
    request_id: RequestId


@pages.get("")
@patient_page
def show_messages() -> str:
    """The talk; opening it tells the nurse that it was opened."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        inbox.note_page_opened(session, patient_id(), now)
    return _page(now)


@pages.get("/lines")
@patient_page
def poll_lines() -> BaseResponse:
    """The lines alone, for the page that shows them already."""
    now = clock.now()
    with read_only(outside().readers) as session:
        lines = reads.lines_for_patient(session, patient_id())
    return unless_unchanged("h5/messages_lines.html", now, lines=lines)


@pages.post("")
@patient_page
def post_line() -> BaseResponse | tuple[str, int]:
    """Write a line; a double tap writes one."""
    written = body_as(Written)
    now = clock.now()
    identity_id, owner = visitor().identity_id, patient_id()
    try:
        contend(
            outside().sessions,
            lambda session: inbox.write_on_page(
                session, identity_id, owner, written.text, written.request_id, now
            ),
        )
    except Invalid as refused:
        return _page(now, written.text, refused.message), 422
    return redirect("/h5/messages", 303)


@pages.get("/media/<line_id>")
@patient_page
def show_media(line_id: str) -> Response:
    """A picture or voice of one's own talk."""
    with read_only(outside().readers) as session:
        path = reads.media_path_for_patient(session, patient_id(), line_id)
    return media(outside().storage.load(path), path)


def _page(now: datetime, text: str = "", problem: str = "") -> str:
    with read_only(outside().readers) as session:
        lines = reads.lines_for_patient(session, patient_id())
    return render_template(
        "h5/messages.html", lines=lines, now=now, text=text, problem=problem, request_id=new_id()
    )
