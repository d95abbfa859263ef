"""What the clock looks for every few seconds is found by an index, however many rows lie around it.

Each line is one regular look: the table, the columns it tells the wanted rows by (equal ones first, then
the range or the order), as MariaDB's EXPLAIN showed it with all rows settled but a few.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Table, UniqueConstraint

from app.tables import metadata
from jobs.schedule import SCHEDULE

LOOKS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "callbacks.work_off": (("wechat_callbacks", ("state", "id")),),
    "callbacks.fetch_and_work_off": (("wechat_callbacks", ("state", "id")),),
    "messaging.send_urgent": (("messages", ("urgent", "state", "due_at")),),
    "messaging.send_due": (("messages", ("urgent", "state", "due_at")),),
    "messaging.sweep": (
        ("messages", ("state", "lease_until")),
        ("messages", ("urgent", "state", "due_at")),
        ("delivery_reports", ("at",)),
        ("messages", ("wechat_msgid",)),
    ),
    "patients.draw_card_codes": (("cards", ("status", "qr_url")),),
    "alerts.escalate": (
        ("alerts", ("state", "next_escalation_at")),
        ("alerts", ("state", "answer_by")),
    ),
    "followup.remind": (("tasks", ("state", "next_step_at")),),
    "medication.remind": (
        ("doses", ("state", "due_at")),
        ("regimens", ("stopped_at", "drawn_until")),
    ),
    "booking.remind": (("bookings", ("state", "remind_at")), ("slots", ("on_day",))),
    "education.send_broadcasts": (("broadcasts", ("state", "send_at")),),
    "wechat.sweep_followers": (("wechat_identities", ("app_id", "openid")),),
}
"""{job: what it looks through}; the hourly look at all followers reads all of them, and says so."""


@pytest.mark.parametrize("job", [entry.job for entry in SCHEDULE])
def test_a_regular_look_has_its_index(job: str) -> None:
    for table, columns in LOOKS[job]:
        found = list(_indexed(metadata.tables[table]))
        assert any(each[: len(columns)] == columns for each in found), (table, columns, found)


def test_nothing_is_listed_that_is_not_looked_for() -> None:
    assert set(LOOKS) == {entry.job for entry in SCHEDULE}


def _indexed(table: Table) -> Iterator[tuple[str, ...]]:
    for index in table.indexes:
        yield tuple(column.name for column in index.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)
