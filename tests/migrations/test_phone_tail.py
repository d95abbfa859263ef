"""Patients from before are found by the tail of their phone number too."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command

from app.cli import alembic_config
from app.core.masks import FieldKeys, blind, configure
from app.wiring import Outside

BEFORE, AFTER = "0008_plan_ended_by", "0009_phone_tail"


def test_numbers_kept_before_get_their_tail(outside: Outside, tmp_path: Path) -> None:
    keys = FieldKeys(outside.settings.field_keys)
    configure(keys)
    config = alembic_config(f"sqlite:///{tmp_path}/before.sqlite")
    command.upgrade(config, BEFORE)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/before.sqlite")
    patients = sa.Table("patients", sa.MetaData(), autoload_with=engine)
    needed = {
        column.name: 0 if isinstance(column.type, sa.Integer | sa.Boolean | sa.Numeric) else "2026-03-02"
        for column in patients.columns
        if not column.nullable
    }
    rows = [
        {**needed, "id": f"{number:032d}", "phone": keys.seal(f"1380000{number:04d}", "patients.phone")}
        for number in range(1, 602)
    ]
    with engine.begin() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
        for row in [*rows, {**needed, "id": "f" * 32, "phone": None}]:
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO patients ({names}) VALUES ({places})"), row)
    command.upgrade(config, AFTER)
    with engine.connect() as connection:
        found = dict(connection.execute(sa.text("SELECT id, phone_tail_blind FROM patients")).all())
    engine.dispose()
    assert found[f"{1:032d}"] == blind("0001")
    assert found[f"{601:032d}"] == blind("0601")
    assert found["f" * 32] is None
