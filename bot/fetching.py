"""What a message needs from WeChat before it is worked off: a unionid, a picture. No transaction is open."""

from dataclasses import dataclass

import structlog

from app.wechat.client import WeChatError
from app.wechat.inbound import Follow, Inbound, PatientMedia, Scan
from app.wiring import Outside
from bot.voices import playable

log = structlog.get_logger(__name__)

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "video/mp4": ".mp4",
}


@dataclass(frozen=True)
class Fetched:
    """What WeChat gave: each is empty where it was not asked for or not to be had."""

    unionid: str | None = None
    media_path: str | None = None


def fetch(outside: Outside, message: Inbound, *, last_try: bool) -> Fetched:
    """Ask WeChat what this message needs. Raises WeChatError when asking again later may help."""
    if isinstance(message, Follow | Scan):
        return Fetched(unionid=_unionid(outside, message.openid))
    if isinstance(message, PatientMedia):
        return Fetched(media_path=_media(outside, message.media_id, last_try))
    return Fetched()


def _unionid(outside: Outside, openid: str) -> str | None:
    try:
        return outside.wechat.follower(openid).unionid
    except WeChatError as error:
        # Somebody who follows is greeted all the same; the hourly look at all followers joins them later.
        log.warning("callback.no_unionid", kind=error.kind, errcode=error.errcode, rid=error.rid)
        return None


def _media(outside: Outside, media_id: str, last_try: bool) -> str | None:
    try:
        content, content_type = outside.wechat.fetch_media(media_id)
        return outside.storage.save(*playable(content, SUFFIXES.get(content_type, ".bin")))
    except (WeChatError, OSError) as error:
        if not last_try:
            raise
        # The nurse must see that a picture came, even when it cannot be had or our disk does not take it.
        log.warning("callback.no_media", error=type(error).__name__, because=_because(error))
        return None


def _because(error: WeChatError | OSError) -> str:
    return str(error) if isinstance(error, WeChatError) else str(error.strerror)
