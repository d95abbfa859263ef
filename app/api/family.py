"""A family of operations under /api/v1: one blueprint a file, all made alike."""

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from app.api.problem import refusals

BEARER: list[dict[str, list[str]]] = [{"bearer": []}]


def family(name: str, about: str, *, needs_token: bool = True) -> APIBlueprint:
    """The blueprint of one family; `about` heads it on the documentation page."""
    return APIBlueprint(
        f"api_{name}",
        __name__,
        url_prefix="/api/v1",
        abp_tags=[Tag(name=name, description=about)],
        abp_security=BEARER if needs_token else None,
        abp_responses=refusals(401) if needs_token else None,
        operation_id_callback=_name_of_the_view,
    )


def _name_of_the_view(*, name: str, path: str, method: str) -> Any:
    """The operation's id: a client generated from the document calls it as we do."""
    return name
