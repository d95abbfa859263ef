"""Parts of a page that are asked for again and again: an unchanged one costs a header, no drawing."""

from flask import make_response, request
from werkzeug.wrappers import Response


def unless_unchanged(part: str) -> Response:
    """The part with its ETag, or 304 when the asker has this very one."""
    answer = make_response(part)
    answer.add_etag()
    return answer.make_conditional(request)
