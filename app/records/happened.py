"""Readings on the timeline; those out of a form stand there with their form."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.happened import Happened, Place, newest
from app.records.indicators import dictionary
from app.records.tables import Reading

IN_A_FORM = ("questionnaire", "chat")
VALUES_AT_ONCE = 4
SOURCES = {"page": "患者自己记的", "api": "患者自己记的", "staff": "医护录入", "told": "患者在微信里说的"}


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Readings of one measuring are one line: 血压 138/86。"""
    rows = select(Reading).where(
        Reading.patient_id == patient_id,
        Reading.source.not_in(IN_A_FORM),
        Reading.superseded_by.is_(None),
    )
    if behind is not None:
        rows = rows.where(Reading.measured_at <= behind.at)
    limit = most * VALUES_AT_ONCE
    found = session.scalars(rows.order_by(Reading.measured_at.desc(), Reading.id).limit(limit)).all()
    by_moment: dict[datetime, list[Reading]] = {}
    for row in found:
        by_moment.setdefault(row.measured_at, []).append(row)
    if len(found) == limit:
        # The oldest measuring may lie half behind the limit; it comes whole on the next page.
        by_moment.pop(min(by_moment))
    return newest([_measured(at, group) for at, group in by_moment.items()], behind, most)


def _measured(at: datetime, group: Sequence[Reading]) -> Happened:
    values = {row.indicator: row.value for row in group}
    parts = []
    if {"SBP", "DBP"} <= set(values):
        parts.append(f"血压 {values.pop('SBP'):g}/{values.pop('DBP'):g}")
    parts += [f"{dictionary()[code].name} {value:g}" for code, value in values.items()]
    return Happened(at, group[0].id, "reading", "，".join(parts), SOURCES.get(group[0].source, ""))
