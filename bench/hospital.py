"""The hospital under load: its own database, Redis and processes, stopped at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.core.config import from_env
from app.launcher.children import Children
from app.launcher.embedded_redis import free_port, server_command, wait_until_up
from app.launcher.environment import prepare
from app.launcher.hospital import prepare_data, wait_for, web_command
from app.wiring import Outside, connect


@dataclass(frozen=True)
class Bench:
    """What a benchmark gets: where the web answers, and the outside world to put rows in."""

    url: str
    outside: Outside
    database: str
    """What the figures were measured on: MariaDB or SQLite."""


@contextmanager
def hospital() -> Iterator[Bench]:
    """Start MariaDB where it is installed (else SQLite, and say so), Valkey and the web; stop them all."""
    folder = Path(tempfile.mkdtemp(prefix="suihu-bench-"))
    children = Children(folder / "logs")
    try:
        redis_port, web_port = free_port(), free_port()
        children.start("valkey", server_command(redis_port, folder / "valkey"), os.environ)
        database, kind = _database(folder, children)
        os.environ.update(
            {"DEMO_DATABASE_URL": database, "DEMO_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}
        )
        demo = prepare(folder / "demo")
        settings = {
            **demo.settings,
            "PUBLIC_URL": f"http://127.0.0.1:{web_port}",
            "LOG_LEVEL": "ERROR",
        }
        wait_until_up(settings["REDIS_URL"])
        bench_demo = type(demo)(
            folder / "demo", settings["PUBLIC_URL"], demo.emulator_url, redis_port, settings
        )
        prepare_data(bench_demo)
        command = web_command(sys.executable, f"127.0.0.1:{web_port}")
        command[command.index("wsgi:app")] = "bench.served:app"
        children.start("web", command, {**os.environ, **settings})
        wait_for(f"{settings['PUBLIC_URL']}/readyz", "web", children)
        outside = connect(from_env(settings))
        yield Bench(settings["PUBLIC_URL"], outside, kind)
        outside.close()
    finally:
        children.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _database(folder: Path, children: Children) -> tuple[str, str]:
    given = os.environ.get("BENCH_DATABASE_URL")
    if given:
        return given, "the database of BENCH_DATABASE_URL"
    server, installer = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if not server or not installer:
        return f"sqlite:///{folder / 'bench.sqlite'}", "SQLite (no mariadbd on this machine)"
    data, port = folder / "mariadb", free_port()
    folder.chmod(0o755)
    user = "mysql" if os.getuid() == 0 else os.environ.get("USER", "")
    data.mkdir()
    if os.getuid() == 0:
        shutil.chown(data, user)
    subprocess.run(
        [installer, "--no-defaults", f"--user={user}", f"--datadir={data}", "--skip-test-db"]
        + ["--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )
    children.start(
        "mariadb",
        [server, "--no-defaults", f"--user={user}", f"--datadir={data}", "--bind-address=127.0.0.1"]
        + [f"--port={port}", f"--socket={data}/s", "--innodb-buffer-pool-size=256M", "--max-connections=200"],
        os.environ,
    )
    _make_database(port)
    return f"mysql+pymysql://root@127.0.0.1:{port}/suihu?charset=utf8mb4", "MariaDB"


def _make_database(port: int) -> None:
    engine = create_engine(f"mysql+pymysql://root@127.0.0.1:{port}/mysql", isolation_level="AUTOCOMMIT")
    deadline = time.monotonic() + 30
    while True:
        try:
            with engine.connect() as connection:
                connection.execute(text("CREATE DATABASE suihu CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"))
            break
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    engine.dispose()
