"""The description of the API: true, complete, and readable in a hospital without the Internet."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from app.api.shapes import Body, Shown
from app.wiring import Outside
from tests.conftest import SHOTS
from tests.hospital import Hospital


def operations(client: FlaskClient) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of everything described."""
    paths = client.get("/openapi.json").get_json()["paths"]
    return [(path, method, operation) for path, each in paths.items() for method, operation in each.items()]


def test_the_document_is_openapi_3_1_and_says_where_the_api_is(client: FlaskClient, outside: Outside) -> None:
    document = client.get("/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": outside.settings.public_url}]
    assert document["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    assert "Problem" in document["components"]["schemas"]


def test_every_route_of_the_api_is_described(_app: Flask, client: FlaskClient) -> None:
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in _app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == {(path, method) for path, method, _ in operations(client)}


def test_every_operation_has_a_summary_a_name_and_its_refusals(client: FlaskClient) -> None:
    names = [operation["operationId"] for _, _, operation in operations(client)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(client):
        assert operation["summary"], f"{method} {path} has no docstring"
        expected = {"401"} if operation.get("security") else set()
        expected |= {"400", "413", "415", "422"} if "requestBody" in operation else set()
        assert expected <= set(operation["responses"]), f"{method} {path}"
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], f"{method} {path}"


def test_every_operation_but_the_login_needs_a_token(client: FlaskClient) -> None:
    open_ones = [path for path, _, operation in operations(client) if not operation.get("security")]
    assert open_ones == ["/api/v1/sessions"]


def test_every_field_of_a_body_has_an_example(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for _, _, operation in operations(client)
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    assert bodies
    for name in bodies:
        for field, schema in document["components"]["schemas"][name]["properties"].items():
            assert "example" in str(schema) or "$ref" in str(schema), f"{name}.{field} has no example"


def test_no_two_shapes_share_a_name() -> None:
    """The document keeps them by name: the second would silently take the first one's place."""
    for base in (Body, Shown):
        names = Counter(shape.__name__ for shape in every_kind_of(base))
        assert [name for name, times in names.items() if times > 1] == []
    assert not {each.__name__ for each in every_kind_of(Body)} & {
        each.__name__ for each in every_kind_of(Shown)
    }


def every_kind_of(shape: type) -> set[type]:
    """The shape's subclasses, all the way down, as this house names them."""
    below = {each for direct in shape.__subclasses__() for each in {direct, *every_kind_of(direct)}}
    return {each for each in below if "[" not in each.__name__}


@pytest.mark.browser
def test_the_page_loads_everything_from_here(hospital: Hospital, browser: Browser) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{hospital.url}/openapi")
    page.get_by_text("/api/v1/sessions", exact=True).first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text("wechat_code_refused").first.wait_for()
    page.get_by_role("button", name="Authorize").click()
    page.get_by_role("button", name="Close").click()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "openapi-1440.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=SHOTS / "openapi-390.png")
    assert page.title() == "随护 API · 随护示范医院"
    page.close()
    refused = [line for line in complaints if "422" in line]
    assert complaints == refused, "only the refusal we asked for"
    assert all(url.startswith((hospital.url, "data:")) for url in asked)
