"""A real emulator process for tests: started on a free port, reached over HTTP, ended with the test run."""

import copy
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.defaults import DEFAULT_CONFIG

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 20
STOP_SECONDS = 5


def demo_config(**changes: Mapping[str, Any]) -> dict[str, Any]:
    """The built-in demo config as a fresh dict, with fields of `oa` and `mp` replaced as given."""
    config = copy.deepcopy(DEFAULT_CONFIG)
    for section, values in changes.items():
        config[section].update(values)
    return config


class EmulatorProcess:
    """One running emulator. `url` has no slash at its end."""

    def __init__(self, process: subprocess.Popen[str], url: str, folder: Path, own_folder: bool) -> None:
        self.process = process
        self.url = url
        self.folder = folder
        self._own_folder = own_folder

    def stop(self) -> None:
        """End it as `make demo` would, and make sure."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self._own_folder:
            shutil.rmtree(self.folder)


def start(
    config: Mapping[str, Any], port: int = 0, folder: Path | None = None, options: tuple[str, ...] = ()
) -> EmulatorProcess:
    """Run an emulator with this config and return when it answers.

    Its files lie in `folder`, which outlives it; without one, in a folder that goes with it.
    """
    own_folder = folder is None
    folder = folder or Path(tempfile.mkdtemp(prefix="wechat-emulator-"))
    config_file = folder / "emulator.json"
    config_file.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "emulator", "--port", str(port), "--config", str(config_file)]
    command += ["--state", str(folder / "emulator-state.json"), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    line = _first_line(process)
    if not line.startswith("EMULATOR "):
        process.kill()
        process.wait()
        raise RuntimeError(f"the emulator did not start (exit {process.returncode}): {line!r}")
    return EmulatorProcess(process, line.split()[1], folder, own_folder)


def _first_line(process: subprocess.Popen[str]) -> str:
    """The line that says where it answers; empty when it died or stayed silent too long."""
    give_up = threading.Timer(START_SECONDS, process.kill)
    give_up.start()
    try:
        return process.stdout.readline() if process.stdout else ""
    finally:
        give_up.cancel()
