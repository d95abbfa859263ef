"""Who may do what: every console route against every role, and the menu against both."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.alerts.rules.escalation import LADDER
from app.console.navigation import MENU
from app.staff.rules.permissions import PERMISSIONS, ROLES, may
from app.wiring import Outside
from tests.factories.staff import signed_in


def console_rules(app: Flask) -> list[tuple[Rule, str]]:
    """(route, permission) of every console route that asks for one."""
    rules, views = app.url_map.iter_rules(), app.view_functions
    marks = [(rule, getattr(views[rule.endpoint], "access_rule", "")) for rule in rules]
    return [(rule, mark.removeprefix("staff:")) for rule, mark in marks if mark.startswith("staff:")]


def address(rule: Rule) -> str:
    """The route's path with ids of nothing in it."""
    return re.sub(r"<[^>]+>", "nothing", rule.rule)


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def test_every_console_route_asks_for_a_permission_but_the_login(_app: Flask) -> None:
    guarded = {rule.rule for rule, _ in console_rules(_app)}
    console = {rule.rule for rule in _app.url_map.iter_rules() if rule.rule.startswith("/console")}
    assert console - guarded == {"/console/login"}


def test_a_stranger_is_led_to_the_login_from_every_console_route(client: FlaskClient, _app: Flask) -> None:
    for rule, _ in console_rules(_app):
        for method in methods(rule):
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 302, f"{method} {rule}"
            assert answer.headers["Location"].startswith("/console/login?next=/"), rule


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_what_it_may_not(
    client: FlaskClient, outside: Outside, _app: Flask, role: str
) -> None:
    signed_in(client, outside, role=role)
    for rule, permission in console_rules(_app):
        if may(role, permission):
            continue
        for method in methods(rule):
            assert client.open(address(rule), method=method).status_code == 403, f"{role} {method} {rule}"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_open_what_it_may(client: FlaskClient, outside: Outside, _app: Flask, role: str) -> None:
    signed_in(client, outside, role=role)
    for rule, permission in console_rules(_app):
        if may(role, permission) and "GET" in methods(rule):
            status = client.get(address(rule)).status_code
            # An id of nothing is not found; that is an answer to somebody who may ask.
            assert status in (200, 302, 304, 404), f"{role} {rule}: {status}"


@pytest.mark.parametrize("role", ROLES)
def test_every_line_of_a_roles_menu_opens(
    client: FlaskClient, outside: Outside, _app: Flask, role: str
) -> None:
    signed_in(client, outside, role=role)
    page = client.get("/console/me").text
    menu = page.split('id="menu"')[1].split("</ul>")[0]
    lines = re.findall(r'href="([^"]+)"', menu)
    mounted = {rule.rule for rule in _app.url_map.iter_rules()}
    assert lines == [entry.url for entry in MENU if may(role, entry.permission) and entry.url in mounted]
    for line in lines:
        assert client.get(line).status_code == 200, f"{role} {line}"


def test_only_administrators_manage_staff_and_read_the_trail() -> None:
    assert PERMISSIONS["staff.manage"] == PERMISSIONS["audit.read"] == {"administrator"}


def test_nobody_sees_a_phone_number_without_need() -> None:
    assert PERMISSIONS["patients.reveal"] == {"doctor", "nurse", "front_desk"}


def test_the_desk_reads_no_medical_record() -> None:
    assert not may("front_desk", "patients.read")
    assert not may("front_desk", "patients.edit")


def test_whoever_an_alert_climbs_to_may_work_on_it() -> None:
    assert set(LADDER) <= PERMISSIONS["alerts.work"]
