"""Sites and packages: loaded from the seeds, listed for those who choose."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.booking.tables import Package, Site
from app.booking.timetable import open_slots
from app.core import clock
from app.core.documents import read_yaml
from app.core.errors import NotFound

OPEN_AHEAD = timedelta(days=30)


def load_seeds(session: Session, folder: Path, now: datetime) -> str:
    """Load sites and packages by code, and open the next thirty days."""
    document = read_yaml(folder / "checkup.yaml")
    for entry in document["sites"]:
        _site(session, entry)
    for entry in document["packages"]:
        _package(session, entry)
    session.flush()
    return f"体检：{len(document['packages'])} 个套餐，新开 {open_ahead(session, now)} 个时段"


def open_ahead(session: Session, now: datetime) -> int:
    """Open the slots of the next thirty days at every site; how many are new."""
    first = clock.day_of(now)
    return sum(
        open_slots(session, site, first, first + OPEN_AHEAD, clock.zone())
        for site in session.scalars(select(Site).order_by(Site.id))
    )


def packages(session: Session, sex: str | None = None) -> Sequence[Package]:
    """The packages that fit, cheapest first."""
    fits = (Package.sex.is_(None)) | (Package.sex == sex)
    return session.scalars(select(Package).where(Package.active, fits).order_by(Package.price_fen)).all()


def package_by_code(session: Session, code: str) -> Package:
    """One package. Raises NotFound."""
    found = session.scalar(select(Package).where(Package.code == code, Package.active))
    if found is None:
        raise NotFound("没有这个体检套餐，请返回重新选择。", code="package_unknown")
    return found


def _site(session: Session, entry: dict[str, Any]) -> None:
    site = session.scalar(select(Site).where(Site.code == entry["code"])) or Site(code=entry["code"])
    site.name, site.address, site.opening = entry["name"], entry["address"], entry["opening"]
    session.add(site)


def _package(session: Session, entry: dict[str, Any]) -> None:
    if session.scalar(select(Package.id).where(Package.code == entry["code"])):
        return
    session.add(
        Package(
            code=entry["code"],
            name=entry["name"],
            summary=entry["summary"],
            items=entry["items"],
            preparation="\n".join(entry["preparation"]),
            reminder=entry["reminder"],
            needs_review=entry.get("review") != "approved",
            price_fen=entry["price_fen"],
            sex=entry.get("sex"),
            minutes=entry["minutes"],
        )
    )
