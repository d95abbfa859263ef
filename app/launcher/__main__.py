"""`make demo`: the whole hospital on one machine, in the foreground, until Ctrl-C."""

import argparse
import fcntl
import shutil
import sys
import threading
from pathlib import Path
from typing import IO

from app.launcher.children import Children, stop_on_signals
from app.launcher.demo_data import STAFF
from app.launcher.environment import Demo, prepare
from app.launcher.hospital import NotStarted, start
from app.staff.rules.permissions import ROLES

FOLDER = Path("var/demo")


def main() -> int:
    """Start, tell the links, wait, stop."""
    options = argparse.ArgumentParser(prog="make demo")
    options.add_argument("--reset", action="store_true", help="forget the last demo's data")
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--any-ports", action="store_true", help="free ports instead of 8000 and 8100")
    chosen = options.parse_args()
    folder: Path = chosen.folder
    lock = _only_one(folder)
    if lock is None:
        say("随护演示已经在运行；请先在那个窗口按 Ctrl-C。")
        return 1
    if chosen.reset:
        shutil.rmtree(folder, ignore_errors=True)
    wake = threading.Event()
    stop_on_signals(wake)
    demo = prepare(folder, 0, 0) if chosen.any_ports else prepare(folder)
    children = Children(folder / "logs")
    try:
        start(demo, children, say)
        tell(demo)
        return _until(wake, children)
    except NotStarted as problem:
        say(f"没有启动成功：{problem}")
        return 1
    finally:
        say("正在停止 …")
        children.stop()
        lock.close()


def say(line: str) -> None:
    """To the person at the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell(demo: Demo) -> None:
    """The three links and who may sign in."""
    logins = "\n".join(f"     {ROLES[p.role]:　<6}{p.login:<14}{p.password}" for p in STAFF)
    say(
        f"\n随护 Suihu 已就绪（数据在 {demo.folder}，按 Ctrl-C 停止）\n\n"
        f"  1. 患者的手机    {demo.emulator_url}/phone      选一位患者，不用登录\n"
        f"  2. 医护工作台    {demo.web_url}/console\n{logins}\n"
        f"  3. 接口文档      {demo.web_url}/openapi/swagger\n\n"
        f"  微信仿真的后台   {demo.emulator_url}/operator\n"
    )


def _until(wake: threading.Event, children: Children) -> int:
    """Wait for Ctrl-C, or for a child that ends by itself."""
    while not wake.wait(0.5):
        if (ended := children.ended()) is not None:
            say(f"{ended} 意外停止：\n{children.last_words(ended)}")
            return 1
    return 0


def _only_one(folder: Path) -> IO[str] | None:
    """Two demos on one folder would share one database and one phone."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = (folder.parent / f"{folder.name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    return lock


if __name__ == "__main__":
    sys.exit(main())
