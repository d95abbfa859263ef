"""What a person does, told to the developer's server in WeChat's own fields."""

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from emulator.config import AppKind

if TYPE_CHECKING:
    from emulator.platform import Platform


def tell_message(
    platform: "Platform", person_id: str, msg_type: str, fields: dict[str, Any], kind: AppKind = "oa"
) -> None:
    """Push a person's message; it opens the long window."""
    msg_id = platform.store.next_id(24_000_000_000_000_000)
    platform.windows.open(kind, person_id, "message")
    push(platform, kind, person_id, {"MsgType": msg_type, **fields, "MsgId": msg_id})


def tell_event(
    platform: "Platform", person_id: str, event: str, fields: dict[str, Any], kind: AppKind = "oa"
) -> None:
    """Push an event about a person."""
    push(platform, kind, person_id, {"MsgType": "event", "Event": event, **fields})


def push(
    platform: "Platform", kind: AppKind, person_id: str, fields: dict[str, Any], delay_seconds: float = 0.0
) -> "Future[None] | None":
    """Push any fields as coming from a person; ToUserName, FromUserName and CreateTime are added."""
    return push_from(platform, kind, platform.people.openid(kind, person_id), fields, delay_seconds)


def push_from(
    platform: "Platform", kind: AppKind, openid: str, fields: dict[str, Any], delay_seconds: float = 0.0
) -> "Future[None] | None":
    """Push fields under any openid, a person's or the platform's own."""
    envelope = {
        "ToUserName": platform.config.account(kind).original_id,
        "FromUserName": openid,
        "CreateTime": int(platform.clock.now()),
    }
    return platform.pusher.push(kind, openid, {**envelope, **fields}, delay_seconds)
