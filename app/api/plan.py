"""The patient's plan: what comes next, why, who asks, and how to stop."""

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field
from sqlalchemy import Row

from app.api.answering import answer
from app.api.family import family
from app.api.fitting import fitting
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Day, Moment, RowId, Shown, Write, text
from app.core import clock
from app.core.db import contend, rows_only
from app.followup import plans
from app.followup.my_plan import MyPlan as Found
from app.followup.my_plan import my_plan
from app.http.doors import outside
from app.http.patient_auth import patient_actor, patient_api, patient_id

api = family("plan", "我的随访计划")


class Visit(Shown):
    task_id: RowId
    kind: Literal["form", "call"] = Field(description="A form to answer, or a call to be expected.")
    title: str
    purpose: str = Field(description="Why we ask, in Chinese.")
    state: Literal["planned", "open"] = Field(description="`open`: it is due, and can be answered.")
    due_at: Moment


class Plan(Shown):
    plan_id: RowId
    title: str
    state: Literal["active", "paused", "ended"]
    needs_review: bool = Field(description="The pathway waits for the hospital's own review (待临床审核).")
    since: Day
    ended_at: Moment | None
    who: str = Field(description="Who asks and calls.", examples=["李敏护士"])
    ahead: list[Visit] = Field(description="What is still to come, soonest first; at most 40.")


class MyPlan(Shown):
    plan: Plan | None = Field(
        description="The one that runs, else the one that ended last; null without any."
    )


class Stop(Write):
    plan_id: RowId
    reason: Annotated[str, text(128, shortest=0), Field(examples=["我在别的医院随访了"])] = ""


@api.get("/plan", responses={200: MyPlan, **refusals(404)})
@patient_api
def plan() -> Response:
    """My plan: what comes next, why, and who asks."""
    return _plan()


@api.post("/plan/stop", responses={200: MyPlan, **refusals(404, *WITH_BODY)})
@patient_api
@fitting
def stop_plan(body: Stop) -> Response:
    """Stop the plan: nothing of it asks or reminds any more; a nurse is told why. Twice changes nothing."""
    now, actor, who = clock.now(), patient_actor(), patient_id()
    contend(
        outside().sessions, lambda session: plans.stop(session, actor, who, body.plan_id, body.reason, now)
    )
    return _plan()


def _plan() -> Response:
    with rows_only(outside().readers) as rows:
        found = my_plan(rows, patient_id())
    return answer(MyPlan(plan=_shown(found) if found else None))


def _shown(found: Found) -> Plan:
    row = found.row
    return Plan(
        plan_id=row.plan_id,
        title=found.title,
        state=row.state,
        needs_review=found.needs_review,
        since=row.anchor_on,
        ended_at=row.ended_at,
        who=found.who,
        ahead=[_visit(task) for task in found.ahead],
    )


def _visit(task: Row[*tuple[Any, ...]]) -> Visit:
    return Visit(
        task_id=task.task_id,
        kind=task.kind,
        title=task.title,
        purpose=task.purpose,
        state=task.task_state,
        due_at=task.due_at,
    )
