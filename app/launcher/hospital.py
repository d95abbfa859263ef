"""The demo hospital's processes: started in order, ready when they answer, stopped together."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from alembic import command

from app.cli import alembic_config, give_menu
from app.core import clock
from app.core.config import from_env
from app.launcher.children import Children
from app.launcher.demo_data import seed_demo
from app.launcher.demo_wechat import emulator_config
from app.launcher.embedded_redis import server_command, wait_until_up
from app.launcher.environment import Demo
from app.seeding import seed_content
from app.wiring import connect

STARTS_WITHIN = 120
"""Seconds."""


class NotStarted(RuntimeError):
    """A process ended or did not answer; the message ends with its last words."""


def prepare_data(demo: Demo) -> None:
    """Migrate and seed; running it again keeps what is there."""
    with closing(connect(from_env(demo.settings))) as outside:
        command.upgrade(alembic_config(demo.settings["DATABASE_URL"]), "head")
        seed_content(outside.sessions, clock.now())
        seed_demo(outside, clock.now())


def start(demo: Demo, children: Children, say: Callable[[str], None]) -> None:
    """Start everything and return when the web and the phone answer. Raises NotStarted."""
    python, environ = sys.executable, demo.environ()
    if demo.redis_port is not None:
        children.start("valkey", server_command(demo.redis_port, demo.folder / "valkey"), environ)
    wait_until_up(demo.settings["REDIS_URL"])
    say("迁移数据库，载入示范数据 …")
    prepare_data(demo)
    config = _write_emulator_config(demo)
    emulator_port = demo.emulator_url.rpartition(":")[2]
    children.start(
        "emulator",
        [python, "-m", "emulator", "--port", emulator_port, "--config", str(config)]
        + ["--state", str(demo.folder / "emulator-state.json")],
        environ,
    )
    children.start("web", web_command(python, demo.web_url.removeprefix("http://")), environ)
    flask = [python, "-m", "flask", "--app", "wsgi"]
    children.start("worker-judging", [*flask, "worker", "--queues", "judging"], environ)
    children.start("worker-urgent", [*flask, "worker", "--queues", "urgent"], environ)
    children.start("worker-messages", [*flask, "worker", "--queues", "messages"], environ)
    children.start("worker-fetching", [*flask, "worker", "--queues", "fetching"], environ)
    children.start("worker", [*flask, "worker", "--queues", "default"], environ)
    children.start("scheduler", [*flask, "scheduler"], environ)
    wait_for(f"{demo.emulator_url}/phone/api/people", "emulator", children)
    with closing(connect(from_env(demo.settings))) as outside:
        give_menu(outside)
    wait_for(f"{demo.web_url}/readyz", "web", children)


def web_command(python: str, bind: str) -> list[str]:
    """gunicorn as in production, on one address."""
    return [python, "-m", "gunicorn", "wsgi:app", "--bind", bind, "--worker-class", "gthread"] + [
        *("--workers", "1", "--threads", "16", "--no-control-socket", "--graceful-timeout", "3"),
        *("--access-logfile", "/dev/null"),
    ]


def wait_for(url: str, name: str, children: Children, seconds: float = STARTS_WITHIN) -> None:
    """Return once the address answers 200. Raises NotStarted when its process ends or time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (ended := children.ended()) is not None:
            raise NotStarted(f"{ended} ended:\n{children.last_words(ended)}")
        try:
            with urlopen(url, timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.05)
    raise NotStarted(f"{name} did not answer within {seconds:.0f} s:\n{children.last_words(name)}")


def _write_emulator_config(demo: Demo) -> Path:
    account = {
        kind: {
            key: demo.settings[f"WECHAT_{kind.upper()}_{key.upper()}"]
            for key in ("app_id", "app_secret", "token", "aes_key")
        }
        for kind in ("oa", "mp")
    }
    config = emulator_config(
        oa=account["oa"], mp=account["mp"], app_url=demo.web_url, hospital=demo.settings["HOSPITAL_NAME"]
    )
    path = demo.folder / "emulator.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, ensure_ascii=False, indent=1))
    return path
