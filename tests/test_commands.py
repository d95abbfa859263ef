"""`flask --app wsgi …`, as the README tells an administrator to run it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.cli import register_commands
from app.core import clock
from app.core.db import read_only, transaction
from app.factory import create_app
from app.staff.accounts import sign_in
from app.staff.tables import Account
from app.wiring import Outside, connect

PASSWORD = "correct horse battery"


@pytest.fixture
def flask(outside: Outside) -> FlaskCliRunner:
    app = create_app(outside)
    register_commands(app)
    return app.test_cli_runner()


@pytest.fixture
def flask_on_a_new_machine(outside: Outside, tmp_path: Path) -> Iterator[FlaskCliRunner]:
    """The commands before anything was migrated."""
    fresh = connect(replace(outside.settings, database_url=f"sqlite:///{tmp_path / 'new.sqlite'}"))
    app = create_app(fresh)
    register_commands(app)
    yield app.test_cli_runner()
    fresh.wechat.close()
    fresh.close()


def accounts(outside: Outside) -> list[Account]:
    with read_only(outside.readers) as session:
        return list(session.scalars(select(Account)))


def test_an_administrator_is_made_from_the_questions(flask: FlaskCliRunner, outside: Outside) -> None:
    said = flask.invoke(args=["create-staff"], input=f"zhou.min\n周敏\n{PASSWORD}\n{PASSWORD}\n")
    assert said.exit_code == 0, said.output
    assert "已建账号 zhou.min（管理员）" in said.output
    assert PASSWORD not in said.output
    (account,) = accounts(outside)
    assert (account.login, account.name, account.role) == ("zhou.min", "周敏", "administrator")
    with transaction(outside.sessions) as session:
        assert sign_in(session, "zhou.min", PASSWORD, clock.machine())


def test_a_script_makes_a_nurse_without_questions(flask: FlaskCliRunner, outside: Outside) -> None:
    options = ["--login", "li.fang", "--name", "李芳", "--role", "nurse", "--password-stdin"]
    said = flask.invoke(args=["create-staff", *options], input=f"{PASSWORD}\n")
    assert said.exit_code == 0, said.output
    assert [(account.login, account.role) for account in accounts(outside)] == [("li.fang", "nurse")]


@pytest.mark.parametrize(
    "options, password, told",
    [
        ({}, "short", "密码"),
        ({"--login": "Li Fang"}, PASSWORD, "登录名"),
        ({"--role": "wizard"}, PASSWORD, "wizard"),
    ],
)
def test_what_is_refused_is_told_in_one_line(
    flask: FlaskCliRunner, outside: Outside, options: dict[str, str], password: str, told: str
) -> None:
    chosen = {"--login": "li.fang", "--name": "李芳", "--role": "nurse"} | options
    words = [word for pair in chosen.items() for word in pair]
    said = flask.invoke(args=["create-staff", *words, "--password-stdin"], input=f"{password}\n")
    assert said.exit_code != 0
    assert told in said.output
    assert "Traceback" not in said.output
    assert accounts(outside) == []


def test_a_login_is_given_once(flask: FlaskCliRunner, outside: Outside) -> None:
    command = ["create-staff", "--login", "li.fang", "--name", "李芳", "--password-stdin"]
    flask.invoke(args=command, input=f"{PASSWORD}\n")
    said = flask.invoke(args=command, input=f"{PASSWORD}\n")
    assert (said.exit_code, len(accounts(outside))) == (1, 1)
    assert "已经有人用了" in said.output


def test_a_new_database_is_migrated_and_seeded_and_twice_is_the_same(
    flask_on_a_new_machine: FlaskCliRunner,
) -> None:
    for _ in range(2):
        for command in ("migrate", "seed"):
            said = flask_on_a_new_machine.invoke(args=[command])
            assert said.exit_code == 0, said.output
    assert said.output.strip()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_commands_exist(flask: FlaskCliRunner, readme: str) -> None:
    written = set(re.findall(r"flask --app wsgi ([a-z][a-z-]+)", Path(readme).read_text()))
    assert written <= set(flask.app.cli.commands)
    assert {"create-staff", "worker", "scheduler"} <= written
