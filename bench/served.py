"""The product and its bare references in one server process, so that both meet the same conditions."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, jsonify
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from app.core.config import from_env
from app.core.engines import open_engine
from app.patients.tables import Patient
from wsgi import app as product

bare = Flask("bare")
_sessions = sessionmaker(open_engine(from_env().database_url))


@bare.get("/bare/row/<patient_id>")
def one_row(patient_id: str) -> Any:
    """What anybody would write first: a session, one row, JSON."""
    with _sessions() as session:
        patient = session.scalars(select(Patient).where(Patient.id == patient_id)).one()
        return jsonify(id=patient.id, name=patient.name, sex=patient.sex)


@bare.post("/bare/success")
def success() -> str:
    """The shortest answer WeChat accepts."""
    return "success"


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Bare paths to the bare app, everything else to the product."""
    chosen = bare if environ["PATH_INFO"].startswith("/bare/") else product
    return chosen(environ, start_response)
