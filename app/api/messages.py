"""The talk with the nurse: lines read page by page, a line written."""

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from app.api.answering import answer
from app.api.cursors import cursor_of, place_of
from app.api.family import family
from app.api.fitting import fitting
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Listed, Moment, PageQuery, RowId, Shown, Write, letter
from app.conversations import inbox, reads
from app.conversations.inbox import LONGEST_LINE
from app.core import clock
from app.core.db import contend, read_only
from app.core.paging import cut
from app.http.doors import outside
from app.http.patient_auth import patient_api, patient_id, visitor

api = family("messages", "和护士的对话")


class Written(Write):
    text: Annotated[
        str, letter(LONGEST_LINE), Field(description="What to say.", examples=["药快吃完了，怎么续？"])
    ]


class Line(Shown):
    id: RowId
    who: Literal["patient", "staff", "system"]
    name: str = Field(description="Of the member of staff who wrote it.")
    role: str = Field(description="What the member of staff is, in words: 护士, 医生, 药师.")
    kind: str = Field(description="text, image, voice, location or other.")
    text: str
    at: Moment


class Lines(Listed[Line]):
    """The talk, the newest line first."""


@api.get("/messages", responses={200: Lines, **refusals(404, 422)})
@patient_api
@fitting
def my_messages(query: PageQuery) -> Response:
    """The talk with the nurse, the newest line first."""
    behind = place_of(query.cursor)
    with read_only(outside().readers) as session:
        rows = reads.page_for_patient(session, patient_id(), behind, query.limit + 1)
    page = cut(rows, query.limit, lambda row: cursor_of(row.at, row.id))
    return answer(Lines(items=[_shown(row) for row in page.items], next_cursor=page.next_cursor))


@api.post("/messages", responses={201: Line, **refusals(404, *WITH_BODY)})
@patient_api
@fitting
def write_message(body: Written) -> Response:
    """Write a line to the nurse; words that speak of danger alert somebody at once."""
    here, who, now = visitor().identity_id, patient_id(), clock.now()
    line = contend(
        outside().sessions,
        lambda session: inbox.write_on_page(session, here, who, body.text, body.request_id, now),
    )
    return answer(
        Line(id=line.id, who="patient", name="", role="", kind=line.kind, text=line.body, at=line.at), 201
    )


@api.post("/messages/seen", responses={204: None, **refusals(404, *WITH_BODY)})
@patient_api
@fitting
def see_messages(body: Write) -> tuple[str, int]:
    """Tell the nurse that everything written so far was seen."""
    who, now = patient_id(), clock.now()
    contend(outside().sessions, lambda session: inbox.note_page_opened(session, who, now))
    return "", 204


def _shown(said: reads.Said) -> Line:
    return Line(
        id=said.id,
        who=said.who,
        name=said.name,
        role=said.role,
        kind=said.kind,
        text=said.text,
        at=said.at,
    )
