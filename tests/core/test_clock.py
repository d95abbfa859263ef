"""The hospital's time: one number for all processes, forward only, and nobody's to move in production."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.core import clock
from app.core.config import Settings

SOON = timedelta(seconds=30)
"""More than any step of these tests takes."""


@pytest.fixture
def offset_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    clock.configure(clock.CHINA, tmp_path / "clock")
    yield tmp_path / "clock"
    clock.configure(settings.zone, settings.demo_clock_file)


@pytest.fixture
def production(offset_file: Path) -> None:
    """As app.wiring sets it in production: there is no file."""
    clock.configure(clock.CHINA, None)


def test_without_a_move_the_time_is_the_machines(offset_file: Path) -> None:
    assert timedelta() <= clock.now() - clock.machine() + SOON <= 2 * SOON
    assert clock.offset() == timedelta()


def test_the_time_moves_forward_and_runs_on(offset_file: Path) -> None:
    clock.move_to(clock.now() + timedelta(days=3))
    moved = clock.now()
    assert timedelta(days=3) - SOON < moved - clock.machine() < timedelta(days=3) + SOON
    assert clock.now() >= moved


def test_the_time_never_moves_back(offset_file: Path) -> None:
    clock.move_to(clock.now() + timedelta(days=3))
    with pytest.raises(ValueError, match="only moves forward"):
        clock.move_to(clock.now() - timedelta(days=1))
    assert clock.offset() > timedelta(days=2)


def test_who_goes_to_a_moment_that_has_just_passed_stays_in_the_present(offset_file: Path) -> None:
    """The demo's journey asks what is due next and goes there: in between its moment may pass."""
    clock.move_to(clock.now() + timedelta(days=3))
    before = clock.offset()
    assert not clock.reach(clock.now() - timedelta(microseconds=200))
    assert clock.offset() == before
    assert clock.reach(clock.now() + timedelta(days=1))
    assert clock.offset() > before + timedelta(hours=23)


def test_every_process_sees_the_same_time(offset_file: Path) -> None:
    say = (
        "from pathlib import Path; from app.core import clock;"
        f"clock.configure(clock.CHINA, Path({str(offset_file)!r}));"
        "{}; print(clock.now().isoformat())"
    )

    def elsewhere(act: str) -> datetime:
        ran = subprocess.run([sys.executable, "-c", say.format(act)], capture_output=True, check=True)
        return datetime.fromisoformat(ran.stdout.decode().strip())

    clock.move_to(clock.now() + timedelta(days=30))
    assert abs(elsewhere("pass") - clock.now()) < SOON
    elsewhere("from datetime import timedelta; clock.move_to(clock.now() + timedelta(days=1))")
    assert abs(clock.machine() + timedelta(days=31) - clock.now()) < SOON


def test_a_move_leaves_one_whole_file_behind(offset_file: Path) -> None:
    for day in range(1, 4):
        clock.move_to(clock.now() + timedelta(days=day))
    assert [path.name for path in offset_file.parent.iterdir()] == ["clock"]
    assert float(offset_file.read_text()) > timedelta(days=5).total_seconds()


def test_browsers_and_leases_keep_the_machines_time(offset_file: Path) -> None:
    clock.move_to(clock.now() + timedelta(days=30))
    assert abs(clock.machine() - datetime.now(UTC)) < SOON


@pytest.mark.usefixtures("production")
def test_in_production_nobody_moves_the_time(offset_file: Path) -> None:
    offset_file.write_text("86400")
    assert clock.offset() == timedelta()
    with pytest.raises(RuntimeError, match="demo and test only"):
        clock.move_to(clock.now() + timedelta(days=1))


@pytest.mark.parametrize(
    "moment, day",
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_a_day_begins_at_the_hospitals_midnight(moment: datetime, day: date) -> None:
    assert clock.day_of(moment) == day
    assert clock.start_of(day) <= moment < clock.start_of(day + timedelta(days=1))


def test_a_hospital_elsewhere_has_its_own_midnight(offset_file: Path) -> None:
    clock.configure(ZoneInfo("Asia/Urumqi"), offset_file)
    assert clock.local(datetime(2026, 3, 1, 17, 0, tzinfo=UTC)).hour == 23
    assert clock.day_of(datetime(2026, 3, 1, 17, 0, tzinfo=UTC)) == date(2026, 3, 1)
