"""Medicines: what is taken, the doses of a day, and the patient's word for each."""

from datetime import date
from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from app.api.answering import answer
from app.api.family import family
from app.api.fitting import fitting
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Day, DayIn, Listed, Moment, Path, Query, RowId, Shown, Write
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import NotFound
from app.http.doors import outside
from app.http.patient_auth import patient_api, patient_id
from app.medication import intake, reads
from app.medication.tables import Dose as Row

api = family("medication", "用药：方案、今日服药、已吃与没吃")

Why = Literal["forgot", "side_effect", "cost", "ran_out", "told_to_stop", "other"]


class DayQuery(Query):
    day: Annotated[
        DayIn | None,
        Field(description="Today where it is left out.", examples=["2026-03-02"]),
    ] = None


class DosePath(Path):
    dose_id: RowId


class Skipped(Write):
    reason: Annotated[Why, Field(examples=["forgot"])]


class Regimen(Shown):
    id: RowId
    drug: str
    dose: str = Field(description="Each time, as on the box.", examples=["5 mg"])
    frequency: str = Field(examples=["qd"])
    times: list[str] = Field(description="On the hospital's clock.", examples=[["08:00"]])
    start_on: Day
    end_on: Day | None
    note: str
    stopped_at: Moment | None
    due: int = Field(description="Doses that were due in the last thirty days.")
    taken: int
    skipped: int
    unanswered: int = Field(description="No answer is not 'taken': it is missing knowledge.")


class Regimens(Listed[Regimen]):
    """Every medicine, those in force first; all of them."""


class Dose(Shown):
    id: RowId
    drug: str
    dose: str
    note: str
    due_at: Moment
    state: Literal["planned", "due", "taken", "skipped", "unanswered", "cancelled"]
    reason: Why | None
    answerable: bool = Field(description="False while it is too early, and once it is too late.")


class Doses(Listed[Dose]):
    """The doses of one day, the earliest first; all of them."""

    day: Day


@api.get("/regimens", responses={200: Regimens, **refusals(404)})
@patient_api
def my_regimens() -> Response:
    """My medicines, and how well they were taken in the last thirty days."""
    with read_only(outside().readers) as session:
        found = reads.regimens_of(session, patient_id(), clock.now())
    return answer(Regimens(items=[_regimen(row) for row in found]))


@api.get("/doses", responses={200: Doses, **refusals(404, 422)})
@patient_api
@fitting
def my_doses(query: DayQuery) -> Response:
    """What I take today, or on another day."""
    day = query.day or clock.day_of(clock.now())
    return answer(Doses(items=_doses(day), day=day))


@api.post("/doses/<dose_id>/taken", responses={200: Dose, **refusals(404, 409, *WITH_BODY)})
@patient_api
@fitting
def take_dose(path: DosePath, body: Write) -> Response:
    """I took it; said twice, it is said once."""
    who, now = patient_id(), clock.now()
    said = contend(
        outside().sessions, lambda session: intake.take(session, who, [path.dose_id], body.request_id, now)
    )
    return answer(_one(said[0]))


@api.post("/doses/<dose_id>/skipped", responses={200: Dose, **refusals(404, 409, *WITH_BODY)})
@patient_api
@fitting
def skip_dose(path: DosePath, body: Skipped) -> Response:
    """I left it out, and why; some reasons are told to a nurse at once."""
    who, now = patient_id(), clock.now()
    said = contend(
        outside().sessions,
        lambda session: intake.skip(session, who, [path.dose_id], body.reason, body.request_id, now),
    )
    return answer(_one(said[0]))


def _doses(day: date) -> list[Dose]:
    with read_only(outside().readers) as session:
        found = reads.doses_of_day(session, patient_id(), day, clock.now())
    return [
        Dose(
            id=dose.id,
            drug=dose.drug,
            dose=dose.dose,
            note=dose.note,
            due_at=dose.due_at,
            state=dose.state,
            reason=dose.reason,
            answerable=dose.answerable,
        )
        for dose in found
    ]


def _one(row: Row) -> Dose:
    found = next((dose for dose in _doses(clock.day_of(row.due_at)) if dose.id == row.id), None)
    if found is None:
        raise NotFound("没有找到这次服药。")
    return found


def _regimen(row: reads.RegimenShown) -> Regimen:
    return Regimen(
        id=row.id,
        drug=row.drug,
        dose=row.dose,
        frequency=row.frequency,
        times=list(row.times),
        start_on=row.start_on,
        end_on=row.end_on,
        note=row.note,
        stopped_at=row.stopped_at,
        due=row.adherence.due,
        taken=row.adherence.taken,
        skipped=row.adherence.skipped,
        unanswered=row.adherence.unanswered,
    )
