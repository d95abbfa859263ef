"""Identifiers: time-ordered for rows, unguessable for codes and tokens."""

import hashlib
import secrets
import time
import uuid

# Without 0/O, 1/I/L: a code is read aloud over the telephone and typed by old hands.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> str:
    """A row's id: 32 hex characters, later ids sort after earlier ones (UUID version 7).

    32 bytes is also all that WeChat takes as `client_msg_id`, so a message's id serves there as it is.
    """
    return _uuid7().hex


def _uuid7() -> uuid.UUID:
    # The clock part only keeps the index in order of arrival; it is not the hospital's time.
    value = (
        (time.time_ns() // 1_000_000 << 80)
        | (0x7 << 76)
        | (secrets.randbits(12) << 64)
        | (0x2 << 62)
        | secrets.randbits(62)
    )
    return uuid.UUID(int=value)


def new_code(length: int = 12) -> str:
    """A one-time code that a person can read and type; 12 letters carry 59 bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def new_token() -> str:
    """A bearer token: 256 bits, url-safe."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 in hex, so that a copied table opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()
