"""How the database is spoken to: SQLite and MariaDB, for writing and for reading alone."""

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

POOL_SIZE = 20
"""More than the 16 threads of a web process: what is over the size is opened and closed at each use."""
ANSWERED_WITHIN = 60
"""Seconds that a statement may take before the connection is given up."""


def open_engine(
    url: str,
    *,
    read_only: bool = False,
    pool_size: int = POOL_SIZE,
    answered_within: int | None = ANSWERED_WITHIN,
) -> Engine:
    """An engine for SQLite or MariaDB/MySQL.

    `read_only` engines run each SELECT on its own without BEGIN and ROLLBACK: two round trips
    fewer for a page that only reads. The database itself refuses them a write.
    `answered_within` is None for a migration: copying a large table takes as long as it takes.
    """
    options: dict[str, Any] = {
        # Chinese keys inside JSON match nothing on SQLite and MariaDB when they are escaped.
        "json_serializer": partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        # A failed statement is logged and kept with its job; what it was given is the patient's.
        "hide_parameters": True,
        "pool_size": pool_size,
    }
    if url.startswith("sqlite"):
        _keep_private(url)
        engine = create_engine(url, **options, connect_args={"timeout": 15, "check_same_thread": False})
        _tune_sqlite(engine, read_only=read_only)
    else:
        engine = create_engine(
            url, **options, max_overflow=pool_size, **_server_options(read_only, answered_within)
        )
    _ask_after_rest(engine)
    return engine


def _server_options(read_only: bool, answered_within: int | None) -> dict[str, Any]:
    """How MariaDB is spoken to. No pool's ROLLBACK: a session ends its own transaction."""
    timeouts: dict[str, Any] = {
        "connect_timeout": 5,
        "read_timeout": answered_within,
        "write_timeout": answered_within,
    }
    common = {"pool_recycle": 1800, "pool_reset_on_return": None, "connect_args": timeouts}
    if not read_only:
        # Under REPEATABLE READ an open claim blocks other people's new messages until it commits.
        return common | {"isolation_level": "READ COMMITTED"}
    timeouts["init_command"] = "SET SESSION TRANSACTION READ ONLY"
    # PyMySQL sends the ROLLBACK that ends a session even where there is nothing to roll back.
    return common | {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


RESTED = 1.0
"""Seconds after which a connection from the pool is asked whether the server still knows it."""


def _ask_after_rest(engine: Engine) -> None:
    """Replace what the server closed in the meantime, without a question before every transaction.

    SQLAlchemy's own pre-ping asks each time: of a callback's three trips to the database it was one.
    """

    @event.listens_for(engine, "checkin")
    def on_checkin(connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: ConnectionPoolEntry, proxy: Any) -> None:
        since = record.info.get("rests_since")
        if since is None or time.monotonic() - since < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            # The rest of the pool went with it; the pool opens a new connection and goes on.
            raise InvalidatePoolError() from gone


def _keep_private(url: str) -> None:
    """A new database file is its owner's alone; SQLite gives its journals the same mode."""
    path = make_url(url).database
    if path and path != ":memory:" and Path(path).parent.is_dir() and not Path(path).exists():
        Path(path).touch(mode=0o600)


def _tune_sqlite(engine: Engine, *, read_only: bool) -> None:
    pragmas = ["busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"]
    if read_only:
        pragmas.append("query_only=ON")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        # A transaction that reads first and writes later would otherwise fail with "database is locked".
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
