"""Subscription events in their two shapes: nested and repeated in XML, a top-level List in JSON."""

from typing import Any

from emulator.config import AppKind
from emulator.platform import Platform
from emulator.push import inbox

_WRAPPERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


def subscription_fields(
    platform: Platform, kind: AppKind, event: str, items: list[dict[str, str]]
) -> dict[str, Any]:
    """The event's fields; JSON has an object for one item and an array for several, as WeChat does."""
    base: dict[str, Any] = {"MsgType": "event", "Event": event}
    if kind == "mp" and platform.config.mp.callback_format == "json":
        stamp = str(int(platform.clock.now()))
        return {"CreateTime": stamp, **base, "List": items[0] if len(items) == 1 else items}
    return {**base, _WRAPPERS[event]: {"List": items}}


def tell(platform: Platform, person_id: str, kind: AppKind, event: str, items: list[dict[str, str]]) -> None:
    inbox.push(platform, kind, person_id, subscription_fields(platform, kind, event, items))
