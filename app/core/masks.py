"""Private fields: encrypted at rest, searchable by blind index, masked on screen."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_NONCE_BYTES = 12


class FieldKeys:
    """The keys of private fields: {key id: 32 bytes}; the first one encrypts, all of them decrypt."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("At least one field key is needed.")
        self._keys = dict(keys)
        self._current = next(iter(self._keys))
        # The oldest key blinds, for ever: a new encryption key must not make old rows unfindable.
        oldest = list(self._keys.values())[-1]
        self._blind_key = hmac.new(oldest, b"suihu blind index", hashlib.sha256).digest()

    def seal(self, text: str, place: str) -> str:
        """Encrypt for one place (table.column): the text cannot be moved to another column."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._keys[self._current]).encrypt(nonce, text.encode(), place.encode())
        return f"{self._current}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypt what `seal` made for the same place. Raises ValueError when it was tampered with."""
        key_id, _, body = sealed.partition(":")
        try:
            raw = base64.urlsafe_b64decode(body)
            return (
                AESGCM(self._keys[key_id])
                .decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
                .decode()
            )
        except (InvalidTag, KeyError, ValueError):
            raise ValueError(
                f"A private field of {place} cannot be read: its key or its text changed."
            ) from None

    def blind(self, text: str) -> str:
        """A searchable fingerprint: equal texts give equal fingerprints, and nothing else shows."""
        return hmac.new(self._blind_key, text.encode(), hashlib.sha256).hexdigest()


class _Ring:
    keys: FieldKeys | None = None


def configure(keys: FieldKeys) -> None:
    """Set the process's keys; app.wiring does this once."""
    _Ring.keys = keys


def _keys() -> FieldKeys:
    if _Ring.keys is None:
        raise RuntimeError("The field keys are not set: connect() from app.wiring comes first.")
    return _Ring.keys


def blind(text: str) -> str:
    """The blind index of a private value, for equality search."""
    return _keys().blind(text)


class Sealed(TypeDecorator[str]):
    """A private text column bound to its place: Sealed("patients.id_number"); `long` for free text."""

    impl = String(512)
    cache_ok = True

    def __init__(self, place: str, long: bool = False) -> None:
        super().__init__()
        self.place = place
        self.long = long

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if self.long else String(512))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else _keys().seal(value, self.place)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else _keys().open(value, self.place)


def show_phone(phone: str | None) -> str:
    """138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) >= 7 else "未登记"


def show_id_number(number: str | None) -> str:
    """110****0012: region and last four; short, so that large type does not break it."""
    return f"{number[:3]}****{number[-4:]}" if number and len(number) > 7 else "未登记"


def show_address(address: str | None) -> str:
    """南京市玄武区****: the district, not the door."""
    return f"{address[:6]}****" if address else "未登记"


def show_name(name: str) -> str:
    """王*，欧阳** for screens that others may see."""
    return name[:1] + "*" * max(1, len(name) - 1)
