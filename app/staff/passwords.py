"""Passwords at rest: argon2id with the library's present parameters."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password fits what is stored; without anything stored it takes as long and says no."""
    try:
        return _HASHER.verify(stored or _nobodys(), password) and stored is not None
    except VerifyMismatchError:
        return False
    except InvalidHashError:
        # An account made without a password (imported) opens to nobody until one is set.
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    """A hash nobody knows the password of: an unknown login must not answer faster than a known one."""
    return _HASHER.hash("nobody's password")
