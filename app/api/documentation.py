"""/openapi.json, and a page to read and try it: everything comes from here, nothing from a CDN."""

from pathlib import Path
from typing import Any, cast

import flask_openapi3_swagger
from flask import Blueprint, Response, current_app, jsonify, redirect, render_template
from flask_openapi3.openapi import OpenAPI
from werkzeug.wrappers import Response as AnyResponse

from app.api.problem import MEDIA_TYPE
from app.http.access import open_to_all

documentation = Blueprint(
    "openapi",
    __name__,
    static_folder=Path(flask_openapi3_swagger.__file__).parent / "templates" / "swagger",
    static_url_path="/openapi/assets",
)


@documentation.get("/openapi.json")
@open_to_all("the description of the API holds no data")
def document() -> Response:
    """The API as OpenAPI 3.1."""
    return jsonify(_described())


@documentation.get("/openapi/swagger")
@open_to_all("the description of the API holds no data")
def page() -> str:
    """The same for people, to read and to try."""
    return render_template("api/swagger.html")


@documentation.get("/openapi")
@documentation.get("/openapi/")
@open_to_all("leads to the page above")
def entrance() -> AnyResponse:
    """The page."""
    return redirect("/openapi/swagger")


def _described() -> dict[str, Any]:
    described: dict[str, Any] = cast(OpenAPI, current_app).api_doc
    for operations in described["paths"].values():
        for operation in operations.values():
            _mend(operation)
    return described


def _mend(operation: dict[str, Any]) -> None:
    """Two untruths of flask-openapi3: a parameter left out is no null, and not everything answers 422."""
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _not_null(parameter["schema"])
    for status, response in list(operation["responses"].items()):
        if status == "422" and MEDIA_TYPE not in response["content"]:
            del operation["responses"][status]


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    offered = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(offered) != 1:
        return schema
    return offered[0] | {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
