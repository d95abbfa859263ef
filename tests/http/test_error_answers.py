"""A failure is answered in the reader's way: a page for a person, a notice inside a page for htmx."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

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


def test_a_patient_gets_the_patient_page(client: FlaskClient):
    assert 'class="sh-h5"' in client.get("/h5/nowhere").text


def test_htmx_gets_a_notice_for_the_notice_area(client: FlaskClient):
    answer = client.get("/console/nowhere", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.text.lstrip().startswith('<div class="sh-notice')
