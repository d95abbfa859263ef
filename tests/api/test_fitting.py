"""Whatever is sent, the answer is a refusal that names the field and repeats nothing of what was sent."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

SECRET = "110101199003070012"
"""Stands for anything private somebody may put into the wrong field."""


def send(client: FlaskClient, raw: bytes | str, kind: str = "application/json") -> Any:
    return client.post("/api/v1/sessions", data=raw, content_type=kind)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "{'code': 1}",
        b"\xff\xfe",
        '{"code": "\\ud800"}',
        "[" * 60_000,
        '{"code": "a"} trailing',
    ],
)
def test_what_is_no_json_is_refused_as_such(client: FlaskClient, raw: bytes | str) -> None:
    answer = send(client, raw)
    assert (answer.status_code, answer.json["code"]) == (400, "not_json")


@pytest.mark.parametrize(
    "body, field",
    [
        (None, "body"),
        ([], "body"),
        ("text", "body"),
        ({}, "code"),
        ({"code": None}, "code"),
        ({"code": 5}, "code"),
        ({"code": [SECRET]}, "code"),
        ({"code": ""}, "code"),
        ({"code": "a" * 129}, "code"),
        ({"code": "a\x00b"}, "code"),
        ({"code": "good", "request_id": "short"}, "request_id"),
        ({"code": "good", "request_id": "with spaces in it"}, "request_id"),
        ({"code": "good", "request_id": "r" * 65}, "request_id"),
        ({"code": "good", SECRET: SECRET}, "body"),
    ],
)
def test_a_field_that_does_not_fit_is_named(client: FlaskClient, body: object, field: str) -> None:
    answer = send(client, json.dumps(body))
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, "invalid_field", field)
    assert SECRET not in answer.text
    assert field in [each["field"] for each in answer.json["problems"]]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_only_json_is_read(client: FlaskClient, kind: str) -> None:
    answer = send(client, '{"code": "good-enough"}', kind)
    assert (answer.status_code, answer.json["code"]) == (415, "http_415")


def test_a_body_beyond_64_kib_is_refused(client: FlaskClient) -> None:
    answer = send(client, json.dumps({"code": "a" * 70_000}))
    assert (answer.status_code, answer.json["code"]) == (413, "http_413")


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    answer = client.get("/api/v1/sessions")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.content_type == "application/problem+json"


def test_an_unknown_address_is_a_problem_too(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.json is not None and answer.json["code"] == "http_404"
    assert answer.json["instance"] == answer.headers["X-Request-Id"]
