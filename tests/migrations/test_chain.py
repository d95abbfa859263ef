"""A hospital's own rows go through every migration whole; a table that somebody holds stops one soon."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from app.cli import alembic_config
from app.core.db import is_held
from app.core.engines import open_engine
from app.core.masks import FieldKeys, blind, configure
from app.wiring import Outside

Rows = dict[str, list[dict[str, Any]]]

DROPPED = {("staff_accounts", "failed_logins"), ("staff_accounts", "locked_until")}
"""Columns that a migration takes away on purpose."""
MUST_BE_THERE = {
    "patients", "cards", "plans", "messages", "readings", "alerts", "conversation_lines", "regimens", "doses",
    "questionnaire_answers", "audit_accesses", "consents",
}  # fmt: skip


def revisions(url: str) -> list[str]:
    """Every revision, the oldest first."""
    chain = ScriptDirectory.from_config(alembic_config(url)).walk_revisions()
    return [each.revision for each in reversed(list(chain))]


def tables_of(engine: sa.Engine) -> list[sa.Table]:
    """What stands in the database now, what is referred to first."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def value_for(column: sa.Column[Any], number: int, phone: str) -> Any:
    """Something that fits: another one for each row where it can be."""
    if column.table.name == "patients" and column.name == "phone":
        return phone
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {"第几行": number}
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer | sa.Numeric | sa.Float):
        return 1
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 3, 2, 2, number, 0, 123456, tzinfo=UTC).replace(tzinfo=None)
    if isinstance(kind, sa.Date):
        return date(2099, 12, number)
    if isinstance(kind, sa.Text) or not getattr(kind, "length", None):
        return f'{{"{column.name}": {number}}}'
    return f"{number}{column.name}_{column.table.name}"[: kind.length]


def row_for(table: sa.Table, number: int, phone: str, there: Rows) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        key = next(iter(column.foreign_keys), None)
        if key is None:
            row[column.name] = value_for(column, number, phone)
        elif key.column.table is not table:
            row[column.name] = there[key.column.table.name][number - 1][key.column.name]
        else:
            row[column.name] = None
    return row


def fill_new(engine: sa.Engine, known: Rows, phones: list[str]) -> None:
    """Two rows in every table that is new, noted as the database gives them back."""
    with engine.begin() as connection:
        for table in tables_of(engine):
            if table.name in known:
                continue
            given: list[dict[str, Any]] = []
            for number, phone in enumerate(phones, 1):
                given.append(row_for(table, number, phone, known | {table.name: given}))
                connection.execute(table.insert(), given[-1])
            keys = [column.name for column in table.primary_key]
            known[table.name] = [found(connection, table, {key: row[key] for key in keys}) for row in given]


def found(connection: sa.Connection, table: sa.Table, key: Mapping[str, Any]) -> dict[str, Any]:
    where = [table.columns[name] == value for name, value in key.items()]
    return dict(connection.execute(sa.select(table).where(*where)).one()._mapping)


def test_rows_of_every_table_since_its_first_revision_arrive_whole(
    outside: Outside, empty_database: str
) -> None:
    keys = FieldKeys(outside.settings.field_keys)
    configure(keys)
    phones = [keys.seal(f"1380000100{number}", "patients.phone") for number in (1, 2)]
    config, known = alembic_config(empty_database), dict[str, list[dict[str, Any]]]()
    engine = sa.create_engine(empty_database)
    for revision in revisions(empty_database):
        command.upgrade(config, revision)
        fill_new(engine, known, phones)
    assert known.keys() >= MUST_BE_THERE
    gone = set()
    with engine.connect() as connection:
        for table in tables_of(engine):
            for before in known[table.name]:
                key = {column.name: before[column.name] for column in table.primary_key}
                after = found(connection, table, key)
                gone |= {(table.name, name) for name in before.keys() - after.keys()}
                assert {name: after[name] for name in before.keys() & after.keys()} == {
                    name: before[name] for name in before.keys() & after.keys()
                }, table.name
        told = sa.text("SELECT phone_tail_blind FROM patients ORDER BY id")
        assert list(connection.execute(told).scalars()) == [blind("1001"), blind("1002")]
        assert connection.scalar(sa.text("SELECT count(*) FROM alerts WHERE matter <> dedupe_key")) == 0
        assert connection.scalar(sa.text("SELECT count(*) FROM alert_causes")) == 4
    engine.dispose()
    assert gone == DROPPED


def test_a_migration_that_meets_a_long_transaction_gives_up_soon_and_goes_on_later(
    empty_database: str,
) -> None:
    config = alembic_config(empty_database)
    config.set_main_option("lock_seconds", "1")
    command.upgrade(config, "0010_answer_authors")
    engine = open_engine(empty_database)
    began = time.monotonic()
    with engine.begin() as somebody:
        somebody.execute(sa.text("SELECT * FROM questionnaire_answers_told"))
        with pytest.raises(OperationalError) as refused:
            command.upgrade(config, "0011_answer_asked")
    assert is_held(refused.value)
    assert time.monotonic() - began < 8
    command.upgrade(config, "0011_answer_asked")
    engine.dispose()
