"""A form that the page sends by itself is told where to go on; one the browser sends is redirected."""

import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from app.http import sending


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    sending.register(app)

    @app.post("/keep")
    def keep() -> Response:
        return redirect("/kept?fresh=1", 303)

    return app.test_client()


def test_the_page_is_told_the_way(client: FlaskClient) -> None:
    answer = client.post("/keep", headers={"X-Suihu-Sent": "page"})
    assert (answer.status_code, answer.headers["X-Suihu-Go"], answer.data) == (204, "/kept?fresh=1", b"")
    assert "Location" not in answer.headers


def test_the_browser_is_redirected(client: FlaskClient) -> None:
    answer = client.post("/keep")
    assert (answer.status_code, answer.location) == (303, "/kept?fresh=1")
