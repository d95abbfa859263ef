"""WeChat's callback cryptography, written from its description and from no library of its own.

AES-256-CBC, key = base64(EncodingAESKey + "="), iv = its first 16 bytes, PKCS7 to 32 bytes;
clear text = 16 random bytes, 4-byte big-endian length, message, appid.
Source: developers.weixin.qq.com, 消息加解密说明, read 2026.
"""

import base64
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class BadEnvelope(ValueError):
    """An encrypted body that does not open: the message names the failed check."""


def signature(token: str, *parts: str) -> str:
    """sha1 over the sorted token and parts, hex."""
    joined = "".join(sorted([token, *parts]))
    return hashlib.sha1(joined.encode("utf-8"), usedforsecurity=False).hexdigest()


def seal(aes_key: str, appid: str, message: bytes) -> str:
    """Encrypt a message for the account; base64 text."""
    clear = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + appid.encode()
    pad = _BLOCK - len(clear) % _BLOCK
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(clear + bytes([pad]) * pad) + encryptor.finalize()).decode()


def unseal(aes_key: str, appid: str, envelope: str) -> bytes:
    """Decrypt what the account answered. Raises BadEnvelope."""
    try:
        sealed = base64.b64decode(envelope, validate=True)
        decryptor = _cipher(aes_key).decryptor()
        clear = decryptor.update(sealed) + decryptor.finalize()
    except ValueError as error:
        raise BadEnvelope(f"not AES: {error}") from None
    if len(clear) < _BLOCK or not 1 <= clear[-1] <= _BLOCK:
        raise BadEnvelope("padding")
    clear = clear[: -clear[-1]]
    length = struct.unpack(">I", clear[16:20])[0] if len(clear) >= 20 else -1
    if length < 0 or 20 + length > len(clear):
        raise BadEnvelope("length")
    if not hmac.compare_digest(clear[20 + length :], appid.encode()):
        raise BadEnvelope("appid")
    return clear[20 : 20 + length]


def _cipher(aes_key: str) -> Cipher:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
