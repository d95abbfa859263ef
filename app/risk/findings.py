"""Facts that other rooms told; re-thinking tags is a pure function over them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.risk.tables import Finding


def note_finding(
    session: Session,
    patient_id: str,
    code: str,
    detail: dict[str, Any],
    now: datetime,
    source_id: str | None = None,
) -> Finding:
    """Keep a fact; `detail` holds no free text.

    Codes: pathway {pathway, on}, visit {uncontrolled, pressure}, adherence {value}.
    """
    finding = Finding(
        id=new_id(), patient_id=patient_id, code=code, detail=detail, noted_at=now, source_id=source_id
    )
    session.add(finding)
    session.flush()
    return finding


def latest(session: Session, patient_id: str, code: str) -> dict[str, Any] | None:
    """The detail of the newest fact of a kind."""
    return session.scalar(
        select(Finding.detail)
        .where(Finding.patient_id == patient_id, Finding.code == code)
        .order_by(Finding.noted_at.desc(), Finding.id.desc())
        .limit(1)
    )


def every(session: Session, patient_id: str, code: str) -> list[dict[str, Any]]:
    """The details of all facts of a kind, oldest first."""
    return list(
        session.scalars(
            select(Finding.detail)
            .where(Finding.patient_id == patient_id, Finding.code == code)
            .order_by(Finding.noted_at, Finding.id)
        )
    )
