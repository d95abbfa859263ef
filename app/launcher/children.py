"""Child processes that never outlive their launcher."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOPS_WITHIN = 8
"""Seconds a child has for its SIGTERM before it is killed."""


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however the parent ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """The processes of one launcher."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start a child whose output goes to <logs>/<name>.log."""
        parent = os.getpid()

        def before_exec() -> None:
            die_with_parent()
            if os.getppid() != parent:
                os._exit(1)

        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                env=dict(environ),
                stdout=log,
                umask=0o077,
                stderr=log,
                stdin=subprocess.DEVNULL,
                # Ctrl-C is the launcher's to hear; it stops its children in order.
                start_new_session=True,
                preexec_fn=before_exec,
            )

    def kill(self, name: str) -> None:
        """End one child at once, as a power cut would."""
        child = self._running.pop(name)
        child.kill()
        child.wait()

    def ended(self) -> str | None:
        """The name of a child that has ended by itself, if any."""
        return next((name for name, child in self._running.items() if child.poll() is not None), None)

    def last_words(self, name: str, lines: int = 15) -> str:
        """The end of a child's log."""
        log = self._logs / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""

    def stop(self) -> None:
        """End all children, last started first; those that do not listen are killed."""
        for child in reversed(self._running.values()):
            child.terminate()
        deadline = time.monotonic() + STOPS_WITHIN
        for child in self._running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._running.clear()


def stop_on_signals(wake: threading.Event) -> None:
    """Set `wake` on Ctrl-C and SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: wake.set())
