"""A row that may exist only once, whoever races to write it."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.db import Base

Row = TypeVar("Row", bound=Base)


def keep_once(session: Session, row: Row, key: InstrumentedAttribute[Any]) -> tuple[Row, bool]:
    """Add `row` unless one with the same `key` is there: the row that stands, and whether it is this one.

    `key` is a unique column; a row without a value in it is simply added. The loser of a race waits
    for the winner's commit inside the database and then finds the winner's row; nothing else of its
    transaction is lost.
    """
    if getattr(row, key.key) is None:
        session.add(row)
        return row, True
    standing = _standing(session, row, key)
    if standing is not None:
        return standing, False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        standing = _standing(session, row, key)
        if standing is None:
            raise
        return standing, False
    return row, True


def _standing(session: Session, row: Row, key: InstrumentedAttribute[Any]) -> Row | None:
    return session.scalars(select(type(row)).where(key == getattr(row, key.key))).one_or_none()
