"""The database: how rows are declared, and the only place that commits."""

import random
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Double,
    Engine,
    Executable,
    MetaData,
    String,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core.errors import DomainError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment: kept in UTC to the microsecond on every database, aware in Python.

    Raises ValueError for a naive datetime: a time without a zone is a wrong time somewhere.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        # MariaDB drops the fraction of a second unless asked for it.
        return dialect.type_descriptor(
            mysql.DATETIME(fsp=6) if dialect.name in ("mysql", "mariadb") else DateTime()
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


Id = String(32)
"""A row's id, from core.ids.new_id."""


class Base(DeclarativeBase):
    """Every table of the house; utf8mb4 on MariaDB so that a rare character in a name is kept."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment(), float: Double()}
    __table_args__: Any = {
        "mysql_charset": "utf8mb4",
        "mysql_collate": "utf8mb4_bin",
        "mysql_engine": "InnoDB",
    }


Sessions = sessionmaker[Session]
Result = TypeVar("Result")


@contextmanager
def transaction(sessions: Sessions) -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any error, then runs what waited for the commit.

    Of all errors only a refusal that is `heeded` commits: it is raised anew once all is done.
    """
    heeded: DomainError | None = None
    with sessions() as session:
        session.info.pop("after_commit", None)
        with session.begin():
            try:
                yield session
            except DomainError as refusal:
                if not refusal.heeded:
                    raise
                heeded = refusal
        waiting: dict[Hashable, Callable[[], None]] = session.info.pop("after_commit", {})
    for call in waiting.values():
        call()
    if heeded is not None:
        raise heeded


def contend(sessions: Sessions, work: Callable[[Session], Result]) -> Result:
    """Run a write whose unique keys may be contended for; who loses the race looks again.

    The next run finds the winner's row: a double tap then gets the first tap's answer, a taken
    place is refused in words. A deadlock, which the database answers by undoing one side, is the
    same case. Bounded: what still fails after `PATIENCE` is raised.
    """
    for pause in PATIENCE:
        try:
            with transaction(sessions) as session:
                return work(session)
        except (IntegrityError, OperationalError) as error:
            if not _lost_a_race(error):
                raise
        # By chance, so that the two of a deadlock do not meet again in step.
        time.sleep(random.uniform(0, pause))
    with transaction(sessions) as session:
        return work(session)


PATIENCE = (0.0, 0.02, 0.05, 0.1, 0.2)
"""Seconds of the longest pause after each lost race; the first loser of a key need not wait at all."""

_DUPLICATE_KEY, _DEADLOCK = 1062, 1213
"""MariaDB's numbers: https://mariadb.com/kb/en/mariadb-error-codes/"""


_LOCK_WAIT = 1205


def is_held(error: DBAPIError) -> bool:
    """Whether somebody else held a table or row longer than this connection waits."""
    told = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return told == _LOCK_WAIT or "database is locked" in str(told)


def _lost_a_race(error: DBAPIError) -> bool:
    told = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return told in (_DUPLICATE_KEY, _DEADLOCK) or str(told).startswith("UNIQUE constraint failed")


_AWAY = frozenset(
    {1021, 1037, 1038, 1040, 1041, 1044, 1045, 1049, 1053, 1114, 1129, 1130, 1152, 1158, 1159, 1160, 1161}
    | {1203, 1205, _DEADLOCK, 1290, 1836, 1927, 1969, 3024}
)
"""Full, out of memory or connections, shutting down, read-only, refusing us, waiting too long: MariaDB's
numbers. From 2000 to 2999 it is the client that was not answered."""
_AWAY_WORDS = ("unable to open", "database is locked", "disk i/o error", "database or disk is full")
"""What SQLite says instead."""


def is_away(error: BaseException) -> bool:
    """Whether the database was not there, or too busy, so that a later try may well succeed.

    A statement that it does not understand is our own fault and never is.
    """
    if isinstance(error, NoConnectionLeft):
        return True
    if not isinstance(error, DBAPIError):
        return False
    told = error.orig.args[0] if error.orig is not None and error.orig.args else None
    if isinstance(told, int):
        return error.connection_invalidated or told in _AWAY or 2000 <= told < 3000
    return error.connection_invalidated or str(told).lower().startswith(_AWAY_WORDS)


def changed(session: Session, statement: Executable) -> int:
    """Run an UPDATE or DELETE; how many rows it found. What a claim is decided by."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount


@contextmanager
def read_only(readers: Sessions) -> Iterator[Session]:
    """A session for screens: the database refuses what it is asked to write."""
    with readers() as session:
        yield session


@contextmanager
def rows_only(readers: Sessions) -> Iterator[Connection]:
    """A connection for reads by Core: no objects are made. For what everybody asks all the time."""
    engine: Engine = readers.kw["bind"]
    with engine.connect() as connection:
        yield connection


def after_commit(session: Session, call: Callable[[], None], *, key: Hashable | None = None) -> None:
    """Run `call` once this transaction is on disk; calls with the same key are made once."""
    waiting = session.info.setdefault("after_commit", {})
    waiting.setdefault(key if key is not None else object(), call)
