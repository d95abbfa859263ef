"""Readings: what the patient measured, and everything measured before."""

from datetime import datetime
from typing import Annotated, Literal

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import answer
from app.api.cursors import cursor_of, place_of
from app.api.family import family
from app.api.fitting import fitting
from app.api.form_shapes import Advice, advice_shown
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Body, Listed, Moment, MomentIn, PageQuery, RowId, Shown, Write
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Invalid
from app.core.paging import cut
from app.http.doors import outside
from app.http.patient_auth import patient_api, patient_id
from app.questionnaires.advice import advice_on_danger, advising
from app.records import readings
from app.records.indicators import dictionary
from app.records.rules.dangers import dangers_of
from app.records.rules.plausibility import check_pressure
from app.records.tables import Reading as Row

api = family("readings", "指标读数：自测血压、血糖、体重……")

Code = Annotated[
    str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_\-]+$", description="A code such as SBP.")
]
SelfMeasured = Literal["SBP", "DBP", "HR", "WEIGHT", "TEMP", "GLU", "PG2H", "RBG"]
"""What a person can measure at home; blood pressure as its two numbers together."""


class ReadingQuery(PageQuery):
    indicator: Code | None = None


class Value(Body):
    indicator: Annotated[SelfMeasured, Field(examples=["SBP"])]
    value: Annotated[
        float, Field(gt=0, le=1000, description="In the indicator's unit: mmHg, kg, mmol/L …", examples=[128])
    ]


class Measured(Write):
    measured_at: Annotated[MomentIn, Field(examples=["2026-03-02T07:30:00+08:00"])]
    values: Annotated[list[Value], Field(min_length=1, max_length=8)]


class Reading(Shown):
    id: RowId
    indicator: str
    name: str = Field(description="In Chinese.")
    value: float
    unit: str
    measured_at: Moment
    entered_at: Moment
    source: str = Field(description="Where it came from: questionnaire, chat, told, api, page or staff.")


class Readings(Listed[Reading]):
    """Standing readings, the newest first."""


class Recorded(Listed[Reading]):
    """What was recorded; with it, where the numbers speak of danger, what to do at once."""

    advice: Advice | None


@api.get("/readings", responses={200: Readings, **refusals(404, 422)})
@patient_api
@fitting
def my_readings(query: ReadingQuery) -> Response:
    """My readings of one indicator or of all, the newest first."""
    behind = place_of(query.cursor)
    with read_only(outside().readers) as session:
        rows = readings.newest_first(session, patient_id(), query.indicator, behind, query.limit + 1)
    page = cut(rows, query.limit, lambda row: cursor_of(row.measured_at, row.id))
    return answer(Readings(items=[_shown(row) for row in page.items], next_cursor=page.next_cursor))


@api.post("/readings", responses={201: Recorded, **refusals(404, 409, *WITH_BODY)})
@patient_api
@fitting
def record_readings(body: Measured) -> Response:
    """Record what was measured; dangerous numbers alert a nurse, and the advice comes back at once."""
    who, now, values = patient_id(), clock.now(), _values(body)

    def record(session: Session) -> Recorded:
        with advising(session, values, body.measured_at, now):
            rows = readings.record(
                session,
                who,
                values,
                body.measured_at,
                "api",
                None,
                f"patient:{who}",
                body.request_id,
                now,
            )
        return Recorded(
            items=[_shown(row) for row in rows], advice=_advice(session, values, rows[0].measured_at, now)
        )

    return answer(contend(outside().sessions, record), 201)


def _values(body: Measured) -> dict[str, float]:
    values: dict[str, float] = {each.indicator: each.value for each in body.values}
    if len(values) < len(body.values):
        raise Invalid("同一个指标只能填一个数。", code="repeated_indicator", field="values")
    if ("SBP" in values) != ("DBP" in values):
        raise Invalid("血压要高压、低压一起填。", code="pressure_pair", field="values")
    if "SBP" in values:
        check_pressure(values["SBP"], values["DBP"])
    return values


def _advice(
    session: Session, values: dict[str, float], measured_at: datetime, now: datetime
) -> Advice | None:
    """For the gravest of the dangers; what else there is comes as a message."""
    gravest = next(iter(dangers_of(values)), None)
    words = gravest and advice_on_danger(session, gravest.code, values, measured_at, now)
    return advice_shown(words) if words else None


def _shown(row: Row) -> Reading:
    known = dictionary().get(row.indicator)
    return Reading(
        id=row.id,
        indicator=row.indicator,
        name=known.name if known else row.indicator,
        value=row.value,
        unit=row.unit,
        measured_at=row.measured_at,
        entered_at=row.entered_at,
        source=row.source,
    )
