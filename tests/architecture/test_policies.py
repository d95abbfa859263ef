"""The house guards itself: routes, queues, the migration head, the settings."""

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask

from app.cli import alembic_config
from app.core.config import SETTINGS
from app.core.queue import JOBS, QUEUES
from app.factory import create_app
from app.reactions import REACTIONS
from app.staff.rules.permissions import PERMISSIONS
from app.wiring import Outside
from jobs.schedule import SCHEDULE

FLASKS_OWN = {"static", "openapi"}


def test_every_route_says_who_may_use_it(_app: Flask) -> None:
    for rule in _app.url_map.iter_rules():
        view = _app.view_functions[rule.endpoint]
        if rule.endpoint.split(".")[0] in FLASKS_OWN:
            continue
        access = getattr(view, "access_rule", None)
        assert access, f"{rule} has no access rule: use staff_only, patient_page, patient_api or open_to_all"
        if access.startswith("staff:"):
            assert access.removeprefix("staff:") in PERMISSIONS, f"{rule} names an unknown permission"


OPEN = {
    "/api/v1/sessions",
    "/console/login",
    "/h5/articles",
    "/h5/articles/<article_id>",
    "/h5/goodbye",
    "/h5/login",
    "/h5/login/back",
    "/h5/login/switch",
    "/h5/mini-program",
    "/healthz",
    "/metrics",
    "/readyz",
    "/wechat/callback/mp",
    "/wechat/callback/oa",
}
"""Every address that asks nobody who they are: one more is a decision, not an oversight."""


def test_what_is_open_to_everybody_is_written_down(_app: Flask) -> None:
    views = _app.view_functions
    rules = [rule for rule in _app.url_map.iter_rules() if rule.endpoint.split(".")[0] not in FLASKS_OWN]
    found = {
        str(rule) for rule in rules if getattr(views[rule.endpoint], "access_rule", "").startswith("open:")
    }
    assert found == OPEN


def test_every_permission_opens_a_route(_app: Flask) -> None:
    rules = {getattr(view, "access_rule", "") for view in _app.view_functions.values()}
    assert set(PERMISSIONS) == {rule.removeprefix("staff:") for rule in rules if rule.startswith("staff:")}


def test_the_described_policy_is_the_one_that_is_sent(_outside: Outside) -> None:
    settings = replace(_outside.settings, environment="production", frame_ancestors="'none'")
    app = create_app(replace(_outside, settings=settings))
    sent = app.test_client().get("/healthz").headers["Content-Security-Policy"]
    described = re.search(r"`Content-Security-Policy: ([^`]+)`", Path("docs/design.md").read_text())
    assert described and " ".join(described[1].split()) == sent


def test_every_job_name_resolves() -> None:
    for job in JOBS.values():
        module, _, function = job.path.rpartition(".")
        assert callable(getattr(import_module(module), function)), job.path


WORKERS_NAMED_IN = ("app/launcher/hospital.py", "README.md", "README.zh-CN.md", "docs/architecture.md")


@pytest.mark.parametrize("page", WORKERS_NAMED_IN)
def test_every_job_waits_in_a_queue_that_a_worker_hears(page: str) -> None:
    """Of those that are started: by the launcher, and by whoever follows the manuals."""
    told = re.findall(r"""--queues[" ,]+([a-z,]+)""", Path(page).read_text())
    assert {queue for queues in told for queue in queues.split(",")} == {job.queue for job in JOBS.values()}


def test_every_queue_has_work() -> None:
    assert {job.queue for job in JOBS.values()} == set(QUEUES)


def test_every_bell_that_is_lost_is_rung_again() -> None:
    """A job out of the schedule would wait for good when Redis forgets its ring."""
    assert sorted(entry.job for entry in SCHEDULE) == sorted(JOBS)


def test_every_function_that_the_architecture_names_is_there() -> None:
    named = set(
        re.findall(r"`(?:[\w/]+\.py: )?([a-z]+(?:_[a-z]+)+)`", Path("docs/architecture.md").read_text())
    )
    code = "\n".join(path.read_text() for room in ("app", "bot", "jobs") for path in Path(room).rglob("*.py"))
    assert named <= set(re.findall(r"^ *def (\w+)", code, re.M))


def test_every_event_is_heard_or_let_be_on_purpose() -> None:
    announced = {
        each
        for path in Path("app").glob("*/events.py")
        for each in vars(import_module(".".join(path.with_suffix("").parts))).values()
        if isinstance(each, type) and each.__module__.endswith(f"{path.parent.name}.events")
    }
    assert {each for each in announced if not each.__subclasses__()} == set(REACTIONS)


def test_there_is_one_migration_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_the_migrations_make_the_tables_the_code_declares(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    named = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", Path(".env.example").read_text(), re.M))
    assert named == set(SETTINGS)


def test_no_page_loads_anything_from_another_host() -> None:
    for page in Path("templates").rglob("*.html"):
        assert not re.search(r"(src|href)=[\"']https?://", page.read_text()), page
