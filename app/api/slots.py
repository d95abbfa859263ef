"""Arrival bands with free places."""

from datetime import timedelta
from typing import Annotated

from flask import Response
from pydantic import Field

from app.api.answering import answer
from app.api.family import family
from app.api.fitting import fitting
from app.api.problem import refusals
from app.api.shapes import Day, DayIn, Listed, Moment, Query, RowId, Shown
from app.booking.timetable import slots_between
from app.core import clock
from app.core.db import read_only
from app.core.errors import Invalid
from app.http.doors import outside
from app.http.patient_auth import patient_api

api = family("slots", "体检可约时段")

LONGEST_SPAN = timedelta(days=31)


class Span(Query):
    first: Annotated[DayIn, Field(alias="from", examples=["2026-03-02"])]
    last: Annotated[DayIn, Field(alias="to", examples=["2026-03-15"])]


class Slot(Shown):
    id: RowId
    on_day: Day
    starts_at: Moment
    ends_at: Moment
    left: int = Field(description="Free places; 0 when full.")
    site_name: str
    site_address: str


class Slots(Listed[Slot]):
    """The bands of the span that can still be booked, full ones too, in order of time; all of them."""


@api.get("/slots", responses={200: Slots, **refusals(404, 422)})
@patient_api
@fitting
def slots(query: Span) -> Response:
    """Arrival bands from one day to another, at most 31 days."""
    if not timedelta() <= query.last - query.first <= LONGEST_SPAN:
        raise Invalid("一次最多看 31 天，结束日期不能早于开始日期。", code="span", field="to")
    with read_only(outside().readers) as session:
        found = slots_between(session, query.first, query.last, clock.now())
    return answer(
        Slots(
            items=[
                Slot(
                    id=slot.id,
                    on_day=slot.on_day,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                    left=slot.left,
                    site_name=slot.site_name,
                    site_address=slot.site_address,
                )
                for slot in found
            ]
        )
    )
