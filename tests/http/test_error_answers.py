"""A failure is answered in the reader's way: a page for a person, a notice inside a page for htmx."""

from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app.core.errors import Forbidden
from app.http import errors

ROOT = Path(__file__).parents[2]


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("errors", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app/static"))
    errors.register(app)
    return app.test_client()


def test_a_missing_page_says_what_to_do_next(client: FlaskClient):
    answer = client.get("/console/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text and "回到首页" in answer.text


def test_what_is_not_allowed_is_said_once(client: FlaskClient):
    @client.application.get("/console/forbidden")
    def forbid() -> None:
        raise Forbidden(errors.PLAIN[403][1], code="no_permission")

    answer = client.get("/console/forbidden")
    assert answer.status_code == 403
    assert answer.text.count(errors.PLAIN[403][1]) == 1


def test_a_patient_gets_the_patient_page(client: FlaskClient):
    assert 'class="sh-h5"' in client.get("/h5/nowhere").text


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/wechat", "/wechat/nothing", "/openapi/nothing"]
)
def test_a_program_gets_a_problem(client: FlaskClient, path: str):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json is not None and answer.json["code"] == "http_404"


def test_a_page_whose_name_begins_like_a_programs_is_a_page(client: FlaskClient):
    assert client.get("/apiary").mimetype == "text/html"


@pytest.mark.parametrize(
    "kind, words",
    [
        ("application/json", "内容太长"),
        ("application/x-www-form-urlencoded", "内容太长"),
        ("multipart/form-data; boundary=x", "文件太大"),
    ],
)
def test_what_is_too_large_is_called_by_its_name(client: FlaskClient, kind: str, words: str):
    client.application.config["MAX_CONTENT_LENGTH"] = 10

    @client.application.post("/read")
    def read() -> bytes:
        return request.get_data()

    answer = client.post("/read", data=b"x" * 11, content_type=kind)
    assert answer.status_code == 413 and words in answer.text


def test_htmx_gets_a_notice_for_the_notice_area(client: FlaskClient):
    answer = client.get("/console/nowhere", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.text.lstrip().startswith('<div class="sh-notice')
