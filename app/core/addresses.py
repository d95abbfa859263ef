"""The addresses in settings (web sites, databases, Redis): a whole address told from half of one."""

from urllib.parse import SplitResult, urlsplit


def host_of(url: str) -> str | None:
    """The host an address names; None when it names none or its port is no port."""
    parts = _parts(url)
    return parts.hostname if parts else None


def is_web_address(url: str) -> bool:
    """http or https with a host."""
    return url.startswith(("http://", "https://")) and host_of(url) is not None


def is_site(url: str) -> bool:
    """A web address of a whole site: no path, query, fragment or user, which links could not carry."""
    parts = _parts(url)
    rest = url.partition("://")[2].rstrip("/")
    return parts is not None and is_web_address(url) and rest == parts.netloc and "@" not in parts.netloc


def is_database(url: str) -> bool:
    """MySQL or MariaDB with host and database, or an SQLite file."""
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///") not in ("", ":memory:")
    parts = _parts(url) if url.startswith(("mysql+pymysql://", "mariadb+pymysql://")) else None
    name = parts.path.removeprefix("/") if parts and parts.hostname else ""
    return bool(name) and "/" not in name


def is_redis(url: str) -> bool:
    """A host, perhaps with the number of a database, or a socket file."""
    parts = _parts(url)
    if parts is None:
        return False
    if url.startswith("unix://"):
        return len(parts.path) > 1
    number = parts.path.strip("/")
    return (
        url.startswith(("redis://", "rediss://"))
        and bool(parts.hostname)
        and (not number or _is_number(number))
    )


def _parts(url: str) -> SplitResult | None:
    """The address taken apart; None when it cannot be, or has blanks in it."""
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 or any(sign.isspace() for sign in url) else parts
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
