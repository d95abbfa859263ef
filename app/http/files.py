"""Private files shown in a page: a picture or a voice somebody sent."""

import mimetypes
from pathlib import PurePath

from flask import Response

SHOWN = ("image/", "audio/")
KINDS = {".amr": "audio/amr"}
"""What Python's own table does not know; WeChat's voices are of this kind."""
PLAYED = (".mp3", ".m4a", ".wav", ".ogg")
"""Voices that browsers play in a page; an AMR none of them does, so it is given as a file."""


def media(content: bytes, path: str) -> Response:
    """The bytes with the type their name tells; anything but pictures and voices is only downloaded."""
    suffix = PurePath(path).suffix.lower()
    kind = KINDS.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    answer = Response(content, mimetype=kind)
    if kind.startswith("audio/") and not plays(path):
        answer.headers["Content-Disposition"] = f'attachment; filename="voice{suffix}"'
    elif not kind.startswith(SHOWN) or kind == "image/svg+xml":
        answer.mimetype = "application/octet-stream"
        answer.headers["Content-Disposition"] = "attachment"
    return answer


def plays(path: str | None) -> bool:
    """Whether browsers play this voice in a page."""
    return path is not None and PurePath(path).suffix.lower() in PLAYED
