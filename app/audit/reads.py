"""Screens about the trail: who saw whom, who changed what; newest first, page by page."""

from typing import Any, TypeVar

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from app.audit.tables import Access, Change
from app.core.paging import Page, cut

LARGEST = 50

Row = TypeVar("Row", Access, Change)


def accesses(
    session: Session,
    *,
    patient_id: str | None = None,
    actor_id: str | None = None,
    actor_kind: str | None = None,
    after: str | None = None,
    limit: int = LARGEST,
) -> Page[Access]:
    """Reads of patients, narrowed by patient, actor or kind of actor; `after` is the last id seen."""
    found = _narrowed(select(Access), Access, patient_id, actor_id)
    if actor_kind:
        found = found.where(Access.actor_kind == actor_kind)
    return _page(session, found, Access, after, limit)


def changes(
    session: Session,
    *,
    patient_id: str | None = None,
    actor_id: str | None = None,
    after: str | None = None,
    limit: int = LARGEST,
) -> Page[Change]:
    """Changes, narrowed by patient or actor; `after` is the last id seen."""
    return _page(session, _narrowed(select(Change), Change, patient_id, actor_id), Change, after, limit)


def _narrowed(
    found: Select[Any], kind: type[Row], patient_id: str | None, actor_id: str | None
) -> Select[Any]:
    if patient_id:
        found = found.where(kind.patient_id == patient_id)
    if actor_id:
        found = found.where(kind.actor_id == actor_id)
    return found


def _page(session: Session, found: Select[Any], kind: type[Row], after: str | None, limit: int) -> Page[Row]:
    last = session.get(kind, after) if after else None
    if last is not None:
        found = found.where(tuple_(kind.at, kind.id) < tuple_(last.at, last.id))
    newest_first = found.order_by(kind.at.desc(), kind.id.desc()).limit(limit + 1)
    return cut(session.scalars(newest_first).all(), limit, lambda row: row.id)
