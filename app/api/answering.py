"""An answer in the shape it was documented with."""

from flask import Response
from pydantic import BaseModel


def answer(shown: BaseModel, status: int = 200) -> Response:
    """The shape as JSON; every field of it is there, empty ones as null."""
    return Response(shown.model_dump_json(), status, mimetype="application/json")
