"""Private files shown in a page: a picture or a voice somebody sent."""

import mimetypes

from flask import Response

SHOWN = ("image/", "audio/")


def media(content: bytes, path: str) -> Response:
    """The bytes with the type their name tells; anything but pictures and voices is only downloaded."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    answer = Response(content, mimetype=kind)
    if not kind.startswith(SHOWN) or kind == "image/svg+xml":
        answer.mimetype = "application/octet-stream"
        answer.headers["Content-Disposition"] = "attachment"
    return answer
