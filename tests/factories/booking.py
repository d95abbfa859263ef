"""Check-up rows for tests: only what the test is about is spelled out."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.booking.tables import Package, Site, Slot
from app.core import clock
from app.core.ids import new_id

EVERY_DAY = {
    "weekdays": [0, 1, 2, 3, 4, 5, 6],
    "from": "08:00",
    "to": "08:30",
    "band_minutes": 30,
    "capacity": 10,
}


def make_site(session: Session) -> Site:
    site = Site(code=new_id()[-8:], name="总院体检中心", address="门诊楼三层", opening=[EVERY_DAY])
    session.add(site)
    session.flush()
    return site


def make_package(
    session: Session, *, name: str = "基础体检套餐", price_fen: int = 36800, sex: str | None = None
) -> Package:
    package = Package(
        code=new_id()[-8:],
        name=name,
        summary="血压、血糖、血脂",
        items=[{"name": "血脂四项", "why": "看血液里的脂肪"}],
        preparation="早上空腹来。\n带身份证。",
        reminder="明早空腹来，带身份证",
        price_fen=price_fen,
        minutes=90,
        sex=sex,
    )
    session.add(package)
    session.flush()
    return package


def make_slot(session: Session, starts_at: datetime, *, capacity: int = 10, site: Site | None = None) -> Slot:
    slot = Slot(
        site_id=(site or make_site(session)).id,
        on_day=clock.day_of(starts_at),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        capacity=capacity,
    )
    session.add(slot)
    session.flush()
    return slot
