"""The HTTP server: one gunicorn worker, many threads, one platform in its memory."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from emulator import operator, phone
from emulator.api import every
from emulator.config import load_config
from emulator.lifetime import leaving
from emulator.platform import Options, Platform

THREADS = 64
SNAPSHOT_SECONDS = 1.0


def create_app(platform: Platform) -> Flask:
    """The Flask app with every door: WeChat's own, the phone's, the operator's, the pages."""
    app = Flask("emulator", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["platform"] = platform
    app.register_blueprint(every.api)
    app.register_blueprint(phone.door)
    app.register_blueprint(phone.files)
    app.register_blueprint(operator.door)
    if find_spec("emulator.pages") is not None:
        app.register_blueprint(import_module("emulator.pages.blueprint").pages)
    return app


class Server(BaseApplication):
    """gunicorn without a command line."""

    def __init__(self, options: Options) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        shared_memory = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat file, as its docs advise
        settings: dict[str, Any] = {
            "bind": f"{self._options.host}:{self._options.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 75,
            "timeout": 120,
            "graceful_timeout": 1,
            "control_socket_disable": True,
            "worker_tmp_dir": str(shared_memory) if os.access(shared_memory, os.W_OK) else None,
            "loglevel": "warning",
            "proc_name": "wechat-emulator",
            "post_worker_init": self._answering,
            "on_exit": lambda arbiter: leaving(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        self._platform = Platform(load_config(self._options.config_path), self._options)
        return create_app(self._platform)

    def _answering(self, worker: Any) -> None:
        """In the worker, its socket open: begin to push, to save, and say where we are."""
        host, port = worker.sockets[0].getsockname()[:2]
        platform = self._platform
        platform.base_url = f"http://{host}:{port}"
        stop = _save_and_leave(platform)
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        threading.Thread(target=_keep_saving, args=(platform,), name="snapshot", daemon=True).start()
        with platform.lock:
            platform.pusher.resume()
        sys.stdout.write(f"EMULATOR {platform.base_url}\n")
        sys.stdout.flush()


def _keep_saving(platform: Platform) -> None:
    while True:
        time.sleep(SNAPSHOT_SECONDS)
        platform.save()


def _save_and_leave(platform: Platform) -> Callable[[int, FrameType | None], None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        # Leaves at once: pool threads may be waiting for a slow callback, and their pushes are
        # rows of the snapshot, resumed by the next run.
        platform.save()
        os._exit(0)

    return stop
