"""Databases of our own on the servers that TEST_DATABASE_URL and TEST_REDIS_URL name."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text


@contextmanager
def own_database(given: str, suffix: str) -> Iterator[str]:
    """The address of an empty database beside the given one, dropped at the end."""
    parts = urlsplit(given)
    name = f"{parts.path.strip('/') or 'suihu_test'}_{suffix}"
    server = create_engine(parts._replace(path="/").geturl(), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"))
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
        server.dispose()


def own_redis(given: str, number: int) -> str:
    """The address of this numbered database."""
    return f"{given.rstrip('/').removesuffix('/0')}/{number}"
