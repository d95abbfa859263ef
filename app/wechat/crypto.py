"""The envelope of WeChat's callbacks: signatures and AES. The one file that imports wechatpy.

Source: developers.weixin.qq.com, 消息加解密, read 2026-10 — docs/sources.md#wechat-callback
"""

import base64
import hashlib
import hmac
import struct

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

from app.core.config import WeChatApp


class NotFromWeChat(Exception):
    """The signature does not fit, or the message is for another account. Nothing of it is in the text."""


def signature_of(*parts: str) -> str:
    """SHA-1 of the sorted parts, as WeChat signs."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(given: str, *parts: str) -> None:
    """Raise NotFromWeChat unless `given` signs the parts; takes as long for a near miss as for a far one."""
    if not hmac.compare_digest(signature_of(*parts).encode(), given.encode()):
        raise NotFromWeChat("signature")


class Sealer:
    """Opens and seals the messages of one account."""

    def __init__(self, account: WeChatApp) -> None:
        self._app_id = account.app_id
        self._aes = PrpCrypto(_key(account.aes_key))

    def open(self, sealed: str) -> str:
        """The clear message. Raises NotFromWeChat when it is not ours or not whole."""
        try:
            return str(self._aes.decrypt(sealed, self._app_id))
        except InvalidAppIdException:
            raise NotFromWeChat("app id") from None
        except (ValueError, IndexError, struct.error):
            # Bad base64, a broken block, a length that is none: wechatpy lets each of them out.
            raise NotFromWeChat("not whole") from None

    def seal(self, text: str) -> str:
        """The message as WeChat would send it (and as an encrypted reply goes back)."""
        sealed = self._aes.encrypt(text, self._app_id)
        return sealed.decode() if isinstance(sealed, bytes) else str(sealed)


def _key(aes_key: str) -> bytes:
    return base64.b64decode(aes_key + "=")
