"""One run of `make demo` for tests: started in a folder of its own, ended by a signal."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ENDS_WITHIN = 60
"""Seconds."""


class Demo:
    """One run of the launcher; `links` are the addresses it told: phone, console, documentation, operator."""

    def __init__(self, folder: Path, *options: str, servers: Mapping[str, str] | None = None) -> None:
        """`servers` may name DEMO_DATABASE_URL and DEMO_REDIS_URL; without them the demo brings its own."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.launcher", "--folder", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | dict(servers or {}),
        )
        self.said = self._read_until_ready()
        self.links = re.findall(r"http://127\.0\.0\.1:\d+/\S+", self.said)

    def _read_until_ready(self) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "/operator" in line:
                return said
        raise AssertionError(f"the demo did not start:\n{said}")

    def children(self) -> list[int]:
        """Its processes."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def end(self, number: int) -> int:
        """Send this signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(ENDS_WITHIN)

    def close(self) -> None:
        """Close the pipe to its words."""
        if self.process.stdout is not None:
            self.process.stdout.close()
