"""Run the one chain of migrations on SQLite or MariaDB."""

from contextlib import closing
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine, event

from app.core.db import Moment
from app.core.engines import open_engine
from app.core.masks import Sealed
from app.tables import metadata


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must still run when the code has moved on."""
    if kind == "type" and isinstance(item, Moment):
        autogen.imports.add("from sqlalchemy.dialects import mysql")
        return 'sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")'
    if kind == "type" and isinstance(item, Sealed):
        return "sa.Text()" if item.long else "sa.String(length=512)"
    return False


LOCK_SECONDS = "10"
"""How long a migration waits for a table that somebody is writing to.

A waiting ALTER stands in front of everybody who comes after it: longer would stop the hospital.
"""


def wait_briefly(engine: Engine) -> None:
    """Let every statement of a migration give up soon where somebody holds its table."""
    seconds = int(context.config.get_main_option("lock_seconds") or LOCK_SECONDS)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        with closing(connection.cursor()) as cursor:
            if engine.dialect.name == "sqlite":
                cursor.execute(f"PRAGMA busy_timeout={seconds * 1000}")
                # SQLite changes a column by building the table anew: others' references must outlive that.
                cursor.execute("PRAGMA foreign_keys=OFF")
            else:
                cursor.execute(f"SET SESSION lock_wait_timeout={seconds}, innodb_lock_wait_timeout={seconds}")


def check_references(connection: Connection) -> None:
    """On SQLite, where references are not watched meanwhile. Raises RuntimeError before anything is kept."""
    if connection.dialect.name != "sqlite":
        return
    broken = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        raise RuntimeError(f"Rows refer to what is not there: {', '.join(sorted(broken))}")


def run() -> None:
    """Migrate the database whose address the caller put into the config.

    Raises OperationalError after LOCK_SECONDS where a table is held: nothing of that step is done.
    """
    engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "", answered_within=None)
    wait_briefly(engine)
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=True,
                compare_type=True,
                render_item=render,
            )
            with context.begin_transaction():
                context.run_migrations()
                check_references(connection)
    finally:
        engine.dispose()


run()
