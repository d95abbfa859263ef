"""What came in, in the shape the view asks for; what does not fit is refused by name, never by value."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import UnsupportedMediaType

from app.core.errors import DomainError, Invalid, NotFound

LARGEST_BODY = 64 * 1024
"""Bytes; the longest honest body is a page of answers."""

Shape = TypeVar("Shape", bound=BaseModel)


def fitting(view: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the view its `path`, `query` and `body` in the shapes its signature names.

    Stands under the access rule: a stranger is turned away before anything is read. flask-openapi3 only
    documents these shapes; its own reading comes before the access rule, and makes a JSON schema for
    every query.
    """
    readers = [
        (part, READERS[part], shape) for part, shape in get_type_hints(view).items() if part in READERS
    ]

    @wraps(view)
    def fitted(**parts_of_the_path: str) -> Any:
        return view(**{part: read(shape, parts_of_the_path) for part, read, shape in readers})

    fitted.__delay_validate_request__ = True  # type: ignore[attr-defined]
    return fitted


def _path(shape: type[Shape], parts: Mapping[str, str]) -> Shape:
    try:
        return shape.model_validate_strings(parts)
    except ValidationError:
        raise NotFound("没有找到。") from None


def _query(shape: type[Shape], _: object) -> Shape:
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise Invalid("同一个参数只能出现一次。", code="repeated_parameter")
    try:
        return shape.model_validate_strings(request.args.to_dict())
    except ValidationError as error:
        raise refusal(error, "query") from None


def _body(shape: type[Shape], _: object) -> Shape:
    request.max_content_length = LARGEST_BODY
    raw = request.get_data()
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        if error.errors(include_input=False, include_context=False)[0]["type"] == "json_invalid":
            raise DomainError("请求的内容不是 JSON。", code="not_json") from None
        raise refusal(error, "body") from None


READERS: dict[str, Callable[[type[Any], Mapping[str, str]], Any]] = {
    "path": _path,
    "query": _query,
    "body": _body,
}


def refusal(error: ValidationError, part: str) -> Invalid:
    """The first field that does not fit, and all of them; the input itself stays out of it."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    fields = list(dict.fromkeys(_field(fault) or part for fault in faults))
    problems = [{"field": field, "code": "invalid_field", "message": _words(field)} for field in fields]
    return Invalid(_words(fields[0]), code="invalid_field", field=fields[0], problems=problems)


def _field(fault: ErrorDetails) -> str:
    # The name of a field we do not know is the sender's own text: only where it stood is told.
    known = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return ".".join(str(part) for part in known)


def _words(field: str) -> str:
    return f"“{field}”填写有误，请检查后再提交。"
