"""Run the one chain of migrations on SQLite or MariaDB."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.core.db import Moment, open_engine
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


def run() -> None:
    """Migrate the database whose address the caller put into the config."""
    engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
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
    engine.dispose()


run()
