"""The demo's settings: the same names as in production, with local addresses and keys made once."""

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.launcher.embedded_redis import free_port

WEB_PORT, EMULATOR_PORT = 8000, 8100
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Demo:
    """One demo hospital: its folder, its ports and its settings."""

    folder: Path
    web_url: str
    emulator_url: str
    redis_port: int | None
    """None when DEMO_REDIS_URL names a server of your own."""
    settings: Mapping[str, str]

    def environ(self) -> dict[str, str]:
        """What the child processes see: this machine's environment with the demo's settings on top."""
        return {**os.environ, **self.settings, "PYTHONUNBUFFERED": "1"}


def prepare(folder: Path, web_port: int = WEB_PORT, emulator_port: int = EMULATOR_PORT) -> Demo:
    """Settle ports (0: any free one) and keys, which are made once: or old data could not be read again."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One from before is closed too: its database and its keys lie in it.
    folder.chmod(0o700)
    keys = _keys(folder / "keys.json")
    web = f"http://127.0.0.1:{_port(web_port)}"
    emulator = f"http://127.0.0.1:{_port(emulator_port)}"
    # Not DATABASE_URL and REDIS_URL: who exports production's must not hand it to the demo.
    own_database, own_redis = os.environ.get("DEMO_DATABASE_URL"), os.environ.get("DEMO_REDIS_URL")
    redis_port = None if own_redis else free_port()
    settings = {
        "SUIHU_ENV": "demo",
        "DATABASE_URL": own_database or f"sqlite:///{folder.resolve() / 'suihu.sqlite'}",
        "REDIS_URL": own_redis or f"redis://127.0.0.1:{redis_port}/0",
        "PUBLIC_URL": web,
        "WECHAT_API_BASE_URL": emulator,
        "WECHAT_OPEN_BASE_URL": emulator,
        "HOSPITAL_NAME": "随护示范医院",
        "HOSPITAL_PHONE": "025-8888 0000",
        "HOSPITAL_TIMEZONE": "Asia/Shanghai",
        "STORAGE_DIR": str(folder.resolve() / "files"),
        "DEMO_CLOCK_FILE": str(folder.resolve() / "clock"),
        "FRAME_ANCESTORS": f"'self' {emulator}",
        "LOG_LEVEL": "INFO",
        "TRUSTED_PROXIES": "0",
        **keys,
    }
    return Demo(folder, web, emulator, redis_port, settings)


def _keys(path: Path) -> dict[str, str]:
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_KEYS": "demo1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        for kind in ("OA", "MP"):
            made |= {
                f"WECHAT_{kind}_APP_ID": f"wx{kind.lower()}{secrets.token_hex(7)}",
                f"WECHAT_{kind}_APP_SECRET": secrets.token_hex(16),
                f"WECHAT_{kind}_TOKEN": secrets.token_hex(12),
                f"WECHAT_{kind}_AES_KEY": "".join(secrets.choice(LETTERS) for _ in range(42)) + "A",
            }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made, indent=1))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _port(wanted: int) -> int:
    """The wanted port, or a free one when somebody else has it or none is wanted."""
    if not wanted:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
            return wanted
        except OSError:
            return free_port()
