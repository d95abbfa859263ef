"""schemathesis tries every operation as its description allows, and as it does not, and finds nothing.

The person behind the calls is real: logged in, with a card, a plan and things of their own. What only
this house can know (ids that exist, codes WeChat gave, our own cursors) is put into well-formed cases;
everything else is schemathesis's own, the same at every run.
"""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from app.api.description import describe
from app.api.documentation import documentation
from app.api.families import FAMILIES
from app.wiring import Outside
from tests.api.conftest import ensure_promised
from tests.api.real_things import RealThings

BEYOND_THE_SCHEMA = {
    "activate_card": "GB 11643 has a check digit, consents have versions",
    "give_consent": "the version must be the one that is shown",
    "save_answer": "each question has rules of its own",
    "submit_response": "required questions may be open",
    "record_readings": "no body has every number, and nothing is measured in the future",
    "my_doses": "a calendar of 1900 to 2199",
    "slots": "31 days at most, and the end not before the beginning",
    "write_message": "only spaces are no message",
    "stop_plan": "only spaces are no reason",
}
"""Operations that may refuse (422) what JSON Schema has to call well-formed, and why."""

WELL_FORMED_MAY_ANSWER = ["2xx", "404", "409", "422"]


def config() -> SchemathesisConfig:
    """Every check, both kinds of data, the same cases at every run."""
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {"mode": "all", "max-examples": 10, "deterministic": True, "database": "none"},
            "operations": [
                {
                    "include-operation-id": operation,
                    "checks": {"positive_data_acceptance": {"expected-statuses": WELL_FORMED_MAY_ANSWER}},
                }
                for operation in BEYOND_THE_SCHEMA
            ],
        }
    )


class Described:
    """The API's description alone until there is a hospital to call: pytest asks for the cases that early."""

    def __init__(self) -> None:
        app = OpenAPI("described", **describe("http://localhost"))
        app.register_blueprint(documentation)
        for family in FAMILIES:
            app.register_api(family)
        self.app: Flask = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


api = Described()
schema = schemathesis.openapi.from_wsgi("/openapi.json", api, config=config())


@pytest.fixture
def things(outside: Outside) -> RealThings:
    return RealThings(outside)


@schema.parametrize()
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_found(case: Case, things: RealThings, _app: Flask) -> None:
    api.app = _app
    fill_in(case, things)
    headers = {"Authorization": f"Bearer {things.token()}"}
    case.call_and_validate(headers=headers, additional_checks=[refusals_are_promised])


def refusals_are_promised(context: CheckContext, response: Response, case: Case) -> None:
    """Every refusal has a code of the table."""
    if response.status_code >= 400 and response.content:
        ensure_promised(response.json())


def fill_in(case: Case, things: RealThings) -> None:
    """Put real things where the case is well-formed; what schemathesis broke stays broken."""
    operation = case.operation.definition.raw["operationId"]
    parts: tuple[tuple[ParameterLocation, Any], ...] = (
        (ParameterLocation.PATH, case.path_parameters),
        (ParameterLocation.QUERY, case.query),
        (ParameterLocation.BODY, case.body),
    )
    for location, part in parts:
        if not isinstance(part, dict) or (case.meta and case.meta.is_negative_at(location)):
            continue
        for name in part:
            real = things.named(operation, name)
            if real is not None:
                part[name] = real
