"""Parts of a page that are asked for again and again: an unchanged one costs its reads, no drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import make_response, render_template, request
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from app.core.db import Base

PLAIN = (str, bytes, int, float, date, timedelta, type(None))
"""Values whose repr says everything about them; a bool is an int, a datetime a date."""


def unless_unchanged(template: str, now: datetime, **shown: Any) -> Response:
    """The part with its ETag, or 304 before any drawing when the asker has this very one.

    `shown` is all that the part shows, `now` included; of `now` only the minute counts, so a part
    that speaks of time is drawn anew once a minute.
    """
    etag = fingerprint([template, now.replace(second=0, microsecond=0), shown])
    known = request.if_none_match.contains(etag)
    answer = make_response("", 304) if known else make_response(render_template(template, now=now, **shown))
    answer.set_etag(etag)
    return answer


def fingerprint(shown: Any) -> str:
    """A short name of rows, dataclasses and what they stand in: equal data, equal name.

    The data and not the drawn letters, because every drawn form carries a token of its own.
    Raises TypeError for a value that does not say what it holds.
    """
    return sha256(repr(_plain(shown)).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, Base):
        return [_plain(getattr(value, column.key)) for column in inspect(value).mapper.column_attrs]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return [(key, _plain(each)) for key, each in value.items()]
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    raise TypeError(f"cannot tell whether a {type(value).__name__} is unchanged")
