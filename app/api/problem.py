"""How a refusal looks on the wire (RFC 9457), and which refusals an operation may answer with."""

from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, ConfigDict, Field

from app.api.shapes import one_example

MEDIA_TYPE = "application/problem+json"

MEANING = {
    400: "The body is no JSON.",
    401: "No token, or one that has ended or was revoked: log in again.",
    403: "Known, and not allowed to.",
    404: "Not there, or somebody else's: the two look the same.",
    409: "It fits, but not the present state: `code` says which.",
    410: "It was there and has ended.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not sent as application/json.",
    422: "A field does not fit: `field` names it, `code` says why.",
    429: "Asked too often: `Retry-After` says in how many seconds to ask again.",
    503: "WeChat does not answer just now: ask again in a minute.",
}
WITH_BODY = (400, 413, 415, 422)
"""What every operation that takes a body may answer."""


class Fault(BaseModel):
    """One of several things that do not fit."""

    field: str
    code: str
    message: str


class Problem(BaseModel):
    """A refusal. People read `title`, programs read `code`; nothing of the input is repeated."""

    model_config = ConfigDict(extra="allow", json_schema_extra=one_example)

    type: str = Field(description="/problems/<code>", examples=["/problems/slot_full"])
    title: str = Field(
        description="Chinese, to be shown as it is.", examples=["这个时段刚刚约满了，请换一个时段。"]
    )
    status: int = Field(examples=[409])
    code: str = Field(description="Stable; docs/api.md lists them all.", examples=["slot_full"])
    instance: str = Field(description="The request's id, as in X-Request-Id: name it when you ask for help.")
    field: str | None = Field(None, description="The field at fault, such as `values.0.value`.")
    call_120: bool | None = Field(
        None, description="Refused, and dangerous: `title` says first what to do; put the number under it."
    )
    problems: list[Fault] | None = Field(None, description="Every fault, where there are several.")


def refusals(*statuses: int) -> ResponseDict:
    """The `responses` of an operation for these statuses."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": MEANING[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }
