"""What every family's shapes are made of: strict bodies, ids, moments, pages."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
)

from app.core import clock
from app.core.paging import LARGEST_PAGE
from app.core.typed import CONTROL, TURNING
from app.http.request_ids import RequestId as AnyRequestId

T = TypeVar("T")

RowId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{32}$"),
    Field(examples=["0195f3a2c4d07c0e8f6b1a2d3e4f5a6b"]),
]
"""A row's id, as app.core.ids makes them."""

RequestId = Annotated[
    AnyRequestId,
    Field(
        description="Made by the client, one for each intention: sent again, it gets the same answer.",
        examples=["5f2b8c1e-tap-1"],
    ),
]

NO_CONTROL = f"^[^{CONTROL}]*$"
NOTHING_UNSEEN = f"^[^{CONTROL}{TURNING}]*$"


def text(longest: int, shortest: int = 1) -> StringConstraints:
    """A string of `shortest` to `longest` characters without control characters or marks of direction."""
    return StringConstraints(min_length=shortest, max_length=longest, pattern=NOTHING_UNSEEN)


def letter(longest: int) -> StringConstraints:
    """What a patient writes to a nurse: marks of direction are taken out where it is kept, not refused."""
    return StringConstraints(min_length=1, max_length=longest, pattern=NO_CONTROL)


def _only(pattern: str) -> BeforeValidator:
    """Only a string of this form: pydantic by itself takes "1772323200" for a date."""
    form = re.compile(pattern, re.ASCII)

    def check(raw: object) -> object:
        if not isinstance(raw, str) or not form.fullmatch(raw):
            raise ValueError("not of the form")
        return raw

    return BeforeValidator(check)


Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: clock.local(at).isoformat(timespec="seconds"), return_type=str),
    Field(
        description="On the hospital's wall clock, with its offset.",
        examples=["2026-03-02T10:00:00+08:00"],
        json_schema_extra={"format": "date-time"},
    ),
]
"""A moment of an answer."""

MomentIn = Annotated[
    AwareDatetime,
    Strict(False),
    _only(r"(19|20|21)\d\d-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)"),
    Field(description="RFC 3339: with an offset, because a time without one is a wrong time somewhere."),
]
"""A moment of a body."""

Day = Annotated[date, Field(description="A calendar day of the hospital.", examples=["2026-03-02"])]
"""A day of an answer."""

DayIn = Annotated[
    date,
    Strict(False),
    _only(r"(19|20|21)\d\d-\d\d-\d\d"),
    Field(description="A calendar day of the hospital, YYYY-MM-DD, from 1900 to 2199."),
]
"""A day of a body or a query."""


def one_example(schema: dict[str, Any]) -> None:
    """flask-openapi3 knows `example` only and would drop the `examples` that pydantic writes."""
    for field in schema.get("properties", {}).values():
        for part in (field, *field.get("anyOf", ())):
            if "examples" in part:
                part["example"] = part.pop("examples")[0]


class Body(BaseModel):
    """A request body: exact types, nothing unknown, no number that is none."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,
        json_schema_extra=one_example,
    )


class Write(Body):
    """A body of a write."""

    request_id: RequestId


class Path(BaseModel):
    """What an address names; what does not fit is not there (404)."""

    model_config = ConfigDict(hide_input_in_errors=True, json_schema_extra=one_example)


class Query(BaseModel):
    """Query parameters; an unknown one is refused, so that a misspelt filter never shows everything."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, json_schema_extra=one_example)


Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most.")]
Cursor = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_\-]+$"),
    Field(description="The `next_cursor` of the page before."),
]


class PageQuery(Query):
    """Which page of a list."""

    limit: Limit = 20
    cursor: Cursor | None = None


class Shown(BaseModel):
    """A part of an answer: every field is always there."""

    model_config = ConfigDict(
        json_schema_serialization_defaults_required=True,
        hide_input_in_errors=True,
        json_schema_extra=one_example,
    )


class Listed(Shown, Generic[T]):
    """A page of a list, or all of a short one."""

    items: list[T]
    next_cursor: str | None = Field(None, description="Where to go on; null on the last page.")
