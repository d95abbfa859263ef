"""The process itself: it remembers, it ends when told, and it never outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from emulator.config import BadConfig, read_config
from tests.emulator.desk import Desk
from tests.emulator.receiver import Receiver
from tests.emulator_process import ROOT, demo_config, start

LI = "li-jianguo"


def state(url: str) -> dict:
    return requests.get(f"{url}/phone/api/people/{LI}/state", timeout=10).json()


def act(url: str, action: str, **body: str) -> None:
    requests.post(f"{url}/phone/api/people/{LI}/{action}", json=body, timeout=10).raise_for_status()


def gone(pid: int) -> bool:
    """True when no process of this id runs any more (a zombie does not run)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_second_run_remembers_everything(tmp_path: Path) -> None:
    first = start(demo_config(), folder=tmp_path)
    act(first.url, "follow")
    act(first.url, "text", content="还记得我吗")
    requests.post(f"{first.url}/operator/api/clock", json={"offset_seconds": 86400}, timeout=10)
    before = state(first.url)
    first.stop()
    second = start(demo_config(), folder=tmp_path)
    after = state(second.url)
    clock = requests.get(f"{second.url}/operator/api/clock", timeout=10).json()
    second.stop()
    assert after["messages"] == before["messages"]
    assert after["followed"] is True
    assert clock["offset_seconds"] == 86400


def test_a_push_that_was_waiting_is_made_by_the_next_run(tmp_path: Path, receiver: Receiver) -> None:
    config = demo_config(oa={"callback_url": f"{receiver.url}/oa"})
    receiver.clear()
    receiver.accounts = config
    first = start(config, folder=tmp_path, options=("--finish-delay-ms", "60000"))
    desk = Desk(first.url, config, receiver)
    desk.act(LI, "follow")
    msgid = desk.remind(LI)["msgid"]
    first.stop()
    assert receiver.events("TEMPLATESENDJOBFINISH") == []
    second = start(config, folder=tmp_path)
    [event] = receiver.wait_for("TEMPLATESENDJOBFINISH")
    second.stop()
    assert event["MsgID"] == str(msgid)


def test_it_ends_cleanly_when_told(tmp_path: Path) -> None:
    running = start(demo_config(), folder=tmp_path)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(5) == 0
    running.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulator", "--port", "0", "--state", str(tmp_path / "state.json")]
    script = (
        "import subprocess, sys, time; "
        f"child = subprocess.Popen({command!r}, stdout=subprocess.PIPE, text=True); "
        "print(child.pid, child.stdout.readline(), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline().split()[0])
    workers = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    assert workers
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not all(gone(one) for one in (pid, *workers)):
        time.sleep(0.05)
    assert all(gone(one) for one in (pid, *workers))


def test_a_bad_config_file_ends_the_start_by_name(tmp_path: Path) -> None:
    file = tmp_path / "emulator.json"
    file.write_text('{"oa": {}, "people": []}', encoding="utf-8")
    command = [sys.executable, "-m", "emulator", "--config", str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    for field in ("oa.appid", "oa.secret", "oa.aes_key", "mp"):
        assert f"{field}: Field required" in ended.stderr


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [("oa", "aes_key", "short"), ("oa", "callback_mode", "open"), ("mp", "callback_format", "yaml")],
)
def test_a_malformed_field_is_named(section: str, field: str, value: str) -> None:
    with pytest.raises(BadConfig, match=f"{section}.{field}"):
        read_config(demo_config(**{section: {field: value}}))


def test_two_people_of_one_id_are_refused() -> None:
    config = demo_config()
    config["people"].append(config["people"][0])
    with pytest.raises(BadConfig, match="people.*wang-guifang"):
        read_config(config)
