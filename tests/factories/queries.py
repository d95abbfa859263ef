"""How many statements a page costs: counted at the database, for readers and writers alike."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.wiring import Outside


@contextmanager
def counted(outside: Outside) -> Iterator[list[str]]:
    """Collect every SELECT, INSERT, UPDATE and DELETE while the block runs."""
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, many) -> None:
        seen.append(statement.split("\n")[0][:120])

    engines = (outside.engine, outside.readers.kw["bind"])
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
