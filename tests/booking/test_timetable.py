"""The timetable is opened a month ahead, once, and shows what is left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.booking.catalog import OPEN_AHEAD, load_seeds, open_ahead, packages
from app.booking.tables import Package, Slot
from app.booking.timetable import open_days, slots_between
from app.core import clock
from app.core.db import contend, read_only, transaction
from app.seeding import SEEDS
from app.wiring import Outside

ONE_DAY = timedelta(days=1)


def test_the_seeds_open_thirty_days_and_a_second_time_nothing(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        assert "2 个套餐" in load_seeds(session, SEEDS, now)
        assert load_seeds(session, SEEDS, now).endswith("新开 0 个时段")
    with read_only(outside.readers) as session:
        assert [package.code for package in packages(session)] == ["basic", "heart"]
        last = session.scalar(select(func.max(Slot.on_day)))
        assert last is not None
        assert last == clock.day_of(now + OPEN_AHEAD)


def test_every_seeded_reminder_fits_its_card(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        load_seeds(session, SEEDS, now)
        for package in session.scalars(select(Package)):
            assert 0 < len(package.reminder) <= 20
            assert package.needs_review


def test_two_workers_open_the_next_day_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        load_seeds(session, SEEDS, now)
        before = session.scalar(select(func.count()).select_from(Slot))
    tomorrow = now + ONE_DAY
    with ThreadPoolExecutor(4) as pool:
        opened = list(
            pool.map(
                lambda _: contend(outside.sessions, lambda session: open_ahead(session, tomorrow)), range(4)
            )
        )
    with read_only(outside.readers) as session:
        after = session.scalar(select(func.count()).select_from(Slot))
    assert before is not None
    assert after is not None
    assert sum(opened) == after - before


def test_a_band_that_begins_within_the_hour_is_not_offered_any_more(outside: Outside, now: datetime) -> None:
    monday_at_seven = now.replace(hour=23, minute=0) - ONE_DAY
    with transaction(outside.sessions) as session:
        load_seeds(session, SEEDS, monday_at_seven)
    today = clock.day_of(monday_at_seven)
    with read_only(outside.readers) as session:
        on_time = slots_between(session, today, today, monday_at_seven)
        late = slots_between(session, today, today, monday_at_seven + timedelta(minutes=1))
        [day] = open_days(session, today, today, monday_at_seven)
    assert len(on_time) == len(late) + 1
    assert day.left == sum(slot.left for slot in on_time)
