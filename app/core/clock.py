"""The hospital's time: the only reader of the machine's clock, and its only seam for moving time.

Doors call `now()` once and pass it down. In the demo and in tests a small file holds how far the
hospital's time runs ahead of the machine's, so that every process sees the same moment; production
never gives such a file (app.core.config refuses it).
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class _Seam:
    """What `configure` set: the hospital's zone and, in demo and test, the file with the offset."""

    zone: ZoneInfo = CHINA
    offset_file: Path | None = None
    read_at_mtime: int = -1
    offset: timedelta = timedelta()


def configure(zone: ZoneInfo, offset_file: Path | None) -> None:
    """Set the hospital's zone, and the file whose number (seconds) is added to the machine's time."""
    _Seam.zone = zone
    _Seam.offset_file = offset_file
    _Seam.read_at_mtime = -1
    _Seam.offset = timedelta()


def now() -> datetime:
    """The hospital's present moment, aware, in UTC."""
    return datetime.now(UTC) + offset()


def machine() -> datetime:
    """The machine's own moment: for what lives in browsers and networks (sessions, leases), not on wards.

    Moving the demo's time forward by a month must not sign everybody out.
    """
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The hospital's time zone."""
    return _Seam.zone


def local(moment: datetime) -> datetime:
    """The same moment on the hospital's wall clock."""
    return moment.astimezone(_Seam.zone)


def day_of(moment: datetime) -> date:
    """The hospital's calendar day in which this moment lies."""
    return local(moment).date()


def start_of(day: date) -> datetime:
    """The midnight at which the hospital's day begins."""
    return datetime.combine(day, time(), _Seam.zone)


def offset() -> timedelta:
    """How far the hospital's time runs ahead of the machine's: nothing, outside demo and test."""
    if _Seam.offset_file is None:
        return timedelta()
    try:
        mtime = os.stat(_Seam.offset_file).st_mtime_ns
    except FileNotFoundError:
        return timedelta()
    if mtime != _Seam.read_at_mtime:
        _Seam.offset = timedelta(seconds=float(_Seam.offset_file.read_text() or 0))
        _Seam.read_at_mtime = mtime
    return _Seam.offset


def move_to(moment: datetime) -> None:
    """Let the hospital's time be `moment` for every process; only forward, only in demo and test."""
    if not reach(moment):
        raise ValueError("The hospital's time only moves forward.")


def reach(moment: datetime) -> bool:
    """Let the hospital's time be `moment`; False, and nothing is moved, when that has passed already.

    What is due in a moment may have passed by the time somebody goes there.
    """
    if _Seam.offset_file is None:
        raise RuntimeError("The hospital's time can be moved in demo and test only.")
    ahead = moment - datetime.now(UTC)
    if ahead < offset():
        return False
    # Written beside and renamed: a reader sees the old number or the new one, never half of it.
    fresh = _Seam.offset_file.with_suffix(f".{os.getpid()}")
    fresh.write_text(repr(ahead.total_seconds()))
    fresh.replace(_Seam.offset_file)
    return True
