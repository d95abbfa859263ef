"""What every HTTP door needs: the outside, and bodies that fit a shape."""

from typing import TypeVar, cast

from flask import current_app, g, request
from pydantic import BaseModel, ValidationError

from app.core.errors import Invalid
from app.core.typed import unseen_in
from app.http.request_ids import stale_page
from app.http.typed_text import refusal
from app.wiring import Outside

Shape = TypeVar("Shape", bound=BaseModel)


def outside() -> Outside:
    """The process's outside world."""
    return cast(Outside, current_app.extensions["outside"])


def request_id() -> str:
    """The id of this request, on every log line and audit row it causes."""
    return cast(str, g.request_id)


def body_as(shape: type[Shape]) -> Shape:
    """The JSON or form body in a shape. Raises Invalid naming the first field that does not fit."""
    raw = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if (field := unseen_in(raw)) is not None:
        raise refusal(field)
    try:
        return shape.model_validate(raw if raw is not None else {})
    except ValidationError as error:
        # The input stays out: a message must not repeat a patient's data.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        if field == "request_id":
            raise stale_page() from None
        raise Invalid(f"“{field}”填写有误，请检查后再提交。", code="invalid_field", field=field) from None
