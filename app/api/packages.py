"""Check-up packages to choose from."""

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import answer
from app.api.family import family
from app.api.problem import refusals
from app.api.shapes import Listed, RowId, Shown
from app.booking import catalog
from app.core.db import read_only
from app.http.doors import outside
from app.http.patient_auth import patient_api, patient_id
from app.patients.profiles import find

api = family("packages", "体检套餐")


class PackageItem(Shown):
    name: str
    why: str


class Package(Shown):
    id: RowId
    code: str
    name: str
    summary: str
    items: list[PackageItem]
    preparation: str = Field(description="How to prepare; Chinese, with line ends.")
    price_fen: int = Field(description="Hundredths of a yuan.")
    minutes: int


class Packages(Listed[Package]):
    """The packages that fit this patient, cheapest first; all of them."""


@api.get("/packages", responses={200: Packages, **refusals(404)})
@patient_api
def packages() -> Response:
    """The check-up packages this patient can choose from."""
    with read_only(outside().readers) as session:
        return answer(Packages(items=_offered(session)))


def _offered(session: Session) -> list[Package]:
    sex = find(session, patient_id()).sex
    return [
        Package(
            id=row.id,
            code=row.code,
            name=row.name,
            summary=row.summary,
            items=[PackageItem(name=item["name"], why=item.get("why", "")) for item in row.items],
            preparation=row.preparation,
            price_fen=row.price_fen,
            minutes=row.minutes,
        )
        for row in catalog.packages(session, sex)
    ]
