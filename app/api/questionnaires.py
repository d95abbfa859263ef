"""Forms: what is asked, answered question by question, sent once. Begun here, they go on on the pages."""

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.api.answering import answer
from app.api.cursors import cursor_of, place_of
from app.api.family import family
from app.api.fitting import fitting
from app.api.form_shapes import Form, Outcome, State, advice_shown, form_of, state_shown
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Listed, Moment, PageQuery, Path, RowId, Shown, Write, text
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Gone, NotFound
from app.core.paging import cut
from app.followup import reads as followup
from app.followup.tables import Task as TaskRow
from app.followup.tasks import LIVE
from app.http.doors import outside
from app.http.patient_auth import patient_api, patient_id
from app.patients import consents
from app.questionnaires import drafts, submissions
from app.questionnaires.advice import advice_or_emergency
from app.questionnaires.drafts import Saved
from app.questionnaires.repeats import save_once
from app.questionnaires.rules.advising import advice_key
from app.questionnaires.rules.measured import told_pressure
from app.questionnaires.sheet import Sheet, sheet_of
from app.questionnaires.tables import Response as ResponseRow

api = family("questionnaires", "问卷：待办、逐题作答、提交")


class TaskQuery(PageQuery):
    state: Annotated[
        Literal["open", "planned", "done"],
        Field(description="`open`: due and waiting for an answer; `planned`: to come."),
    ] = "open"


class TaskPath(Path):
    task_id: RowId


class ResponsePath(Path):
    response_id: RowId


class AnswerPath(ResponsePath):
    link_id: Annotated[str, text(64)]


class FormPath(Path):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,64}$")]


class Answer(Write):
    value: Any = Field(
        description="As the question's type asks; null takes back the answer to an optional question.",
        examples=["138/86"],
    )


class Task(Shown):
    id: RowId
    title: str
    purpose: str = Field(description="Why we ask.")
    form_code: str | None
    state: Literal["planned", "open", "done"]
    due_at: Moment
    done_at: Moment | None


class Tasks(Listed[Task]):
    """Forms the hospital asks this patient to answer: the soonest first, those done the latest first."""


@api.get("/tasks", responses={200: Tasks, **refusals(404, 422)})
@patient_api
@fitting
def my_tasks(query: TaskQuery) -> Response:
    """What the hospital asks me to answer."""
    behind = place_of(query.cursor)
    with read_only(outside().readers) as session:
        rows = followup.forms_asked(session, patient_id(), query.state, behind, query.limit + 1)
    page = cut(rows, query.limit, lambda row: cursor_of(row.due_at, row.id))
    return answer(Tasks(items=[_task(row) for row in page.items], next_cursor=page.next_cursor))


@api.post("/tasks/<task_id>/response", responses={200: Form, **refusals(404, 409, 410, *WITH_BODY)})
@patient_api
@fitting
def open_response(path: TaskPath, body: Write) -> Response:
    """Begin to answer what is asked, or go on where any device left it."""
    who, now = patient_id(), clock.now()

    def find(session: Session) -> ResponseRow:
        task = followup.find_task(session, who, path.task_id)
        if task is None or task.form_code is None or task.kind != "form":
            raise NotFound("没有找到这次随访。")
        if task.state == "planned":
            raise Conflict("这次随访还没有开始，到时候我们会提醒您。", code="not_yet")
        if task.state in LIVE:
            consents.ensure_collecting(session, who)
            return drafts.open_for_task(session, who, task.id, task.form_code, now)
        answered = drafts.of_task(session, who, task.id)
        if answered is None:
            raise Gone("这次随访已经完成，不用再填了。", code="task_closed")
        return answered

    return answer(_form(contend(outside().sessions, find).id))


@api.post("/questionnaires/<code>/responses", responses={201: Form, **refusals(404, 409, *WITH_BODY)})
@patient_api
@fitting
def begin_response(path: FormPath, body: Write) -> Response:
    """Begin a form without being asked."""
    who, now = patient_id(), clock.now()
    begun = contend(
        outside().sessions,
        lambda session: drafts.open_self(session, who, path.code, body.request_id, now),
    )
    return answer(_form(begun.id), 201)


@api.get("/responses/<response_id>", responses={200: Form, **refusals(404)})
@patient_api
@fitting
def my_response(path: ResponsePath) -> Response:
    """A form with its questions, the answers so far and what follows from them."""
    return answer(_form(path.response_id))


@api.put(
    "/responses/<response_id>/answers/<link_id>",
    responses={200: State, **refusals(404, 409, 410, *WITH_BODY)},
)
@patient_api
@fitting
def save_answer(path: AnswerPath, body: Answer) -> Response:
    """Keep one answer; what it brings (next question, danger, advice) comes back at once.

    Send a question's answers one after another. A request sent again gets its first answer and changes
    nothing, also when it comes behind a newer answer; another question or value under a used request is
    refused (`request_id_taken`).
    """
    who, now = patient_id(), clock.now()
    told = contend(
        outside().sessions,
        lambda session: save_once(
            session, who, path.response_id, body.request_id, path.link_id, body.value, "api", _tell, now
        ),
    )
    return Response(told, mimetype="application/json")


@api.post("/responses/<response_id>/submission", responses={200: Form, **refusals(404, 409, 410, *WITH_BODY)})
@patient_api
@fitting
def submit_response(path: ResponsePath, body: Write) -> Response:
    """Send the form; what came of it is in `outcome`."""
    who, now = patient_id(), clock.now()
    contend(
        outside().sessions,
        lambda session: submissions.submit(session, who, path.response_id, body.request_id, "api", now),
    )
    return answer(_form(path.response_id))


def _tell(saved: Saved) -> str:
    """The body of the answer to one answer."""
    return state_shown(saved).model_dump_json()


def _form(response_id: str) -> Form:
    with read_only(outside().readers) as session:
        response = drafts.find(session, patient_id(), response_id)
        sheet = sheet_of(session, response)
        outcome = _outcome(session, sheet) if response.state == "submitted" else None
        return form_of(sheet, outcome)


def _outcome(session: Session, sheet: Sheet) -> Outcome:
    visit = followup.visit_of(session, sheet.response.id)
    ahead = followup.next_visit(session, sheet.response.patient_id)
    flags = sheet.state.flags
    key = advice_key((visit.advice_key, visit.urgency) if visit else None, flags)
    pressure = told_pressure(sheet.definition, sheet.answers)
    return Outcome(
        danger=bool(flags),
        advice=advice_shown(advice_or_emergency(session, key, pressure)) if key else None,
        next_visit_on=visit.next_visit_on if visit else ahead and clock.day_of(ahead.due_at),
    )


def _task(row: TaskRow) -> Task:
    return Task(
        id=row.id,
        title=row.title,
        purpose=row.purpose,
        form_code=row.form_code,
        state=row.state,
        due_at=row.due_at,
        done_at=row.done_at,
    )
