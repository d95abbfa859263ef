"""`flask --app wsgi …`: migrate, seed, create-staff, worker, scheduler."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from app.audit.trail import SYSTEM
from app.core import clock
from app.core.db import is_held, transaction
from app.core.errors import DomainError
from app.http.doors import outside
from app.seeding import seed_content
from app.staff.accounts import create
from app.staff.rules.permissions import ROLES
from app.wiring import Outside


def alembic_config(database_url: str) -> Config:
    """Alembic, pointed at one database."""
    config = Config("migrations/alembic.ini")
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


TABLES_HELD = (
    "没有升级：有程序正在长时间占用要改的表。请先停下 web、worker 和 scheduler"
    "（或等那个长操作结束），再运行一次 migrate；做完的步骤不会重做。"
)


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest migration."""
    try:
        command.upgrade(alembic_config(outside().settings.database_url), "head")
    except OperationalError as error:
        if not is_held(error):
            raise
        raise click.ClickException(TABLES_HELD) from None


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Load questionnaires, pathways and other content; published versions are left as they are."""
    for line in seed_content(outside().sessions, clock.now()):
        click.echo(line)


@click.command("wechat-menu")
@with_appcontext
def wechat_menu() -> None:
    """Give the service account its menu; again after PUBLIC_URL has changed."""
    give_menu(outside())
    click.echo("服务号菜单已更新")


def give_menu(to: Outside) -> None:
    """The service account's menu, as bot.menu has it."""
    from bot.menu import buttons

    to.wechat.set_menu(buttons(to.settings.public_url))


@click.command("create-staff")
@click.option("--login", prompt="登录名")
@click.option("--name", prompt="姓名")
@click.option("--role", type=click.Choice(list(ROLES)), default="administrator", show_default=True)
@click.option(
    "--password-stdin", is_flag=True, help="read the password from the first line of stdin, for scripts"
)
@with_appcontext
def create_staff(login: str, name: str, role: str, password_stdin: bool) -> None:
    """Make an account for somebody who works here: the first administrator, above all."""
    with _told_plainly(), transaction(outside().sessions) as session:
        account = create(session, SYSTEM, login, name, role, _password(password_stdin), clock.now())
        session.flush()
        click.echo(f"已建账号 {account.login}（{ROLES[role]}）")


@click.command("worker")
@click.option("--queues", default="", help="comma-separated; default all, most urgent first")
@with_appcontext
def worker(queues: str) -> None:
    """Run one worker until SIGTERM."""
    from jobs.worker import work

    work(outside(), queues.split(",") if queues else None)


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """Ring for due work until SIGTERM; one is enough, two do no harm."""
    from jobs.schedule import run

    run(outside())


COMMANDS = (migrate, seed, wechat_menu, create_staff, worker, scheduler)


def register_commands(app: Flask) -> None:
    """Add the house's commands to flask's own."""
    for each in COMMANDS:
        app.cli.add_command(each)


def _password(from_stdin: bool) -> str:
    """Never an option: the list of processes is everybody's to read."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))


@contextmanager
def _told_plainly() -> Iterator[None]:
    """A refusal is one line and exit code 1, not a traceback."""
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
