"""What WeChat tells us, as plain values: one frozen dataclass for each kind of message and event.

Source: developers.weixin.qq.com, 接收普通消息, 接收事件推送, read 2026-10 — docs/sources.md#wechat-callback
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.core.typed import seen_only
from app.wechat.bodies import Malformed, fields_of, items_of

UNREADABLE = "unreadable"
"""The kind of a signed message that names none."""


@dataclass(frozen=True)
class Inbound:
    """Every message: whose it is (an openid of the account that got it), and when WeChat made it."""

    openid: str
    at: datetime | None
    """In whole seconds; None where it names no time that can be."""


@dataclass(frozen=True)
class PatientText(Inbound):
    """Words written in the chat, or an option of a menu we sent (`option`)."""

    text: str
    option: str | None


@dataclass(frozen=True)
class PatientMedia(Inbound):
    """A picture, voice or video; gone at WeChat after three days."""

    kind: str
    """image, voice, video, shortvideo."""
    media_id: str


@dataclass(frozen=True)
class PatientLocation(Inbound):
    """A place the person sent."""

    latitude: float
    longitude: float
    label: str


@dataclass(frozen=True)
class PatientOther(Inbound):
    """Something else a person sent to be read: a link, a mini-program card."""

    kind: str
    title: str


@dataclass(frozen=True)
class Follow(Inbound):
    """Follows the account, perhaps by a QR code of ours."""

    scene: str | None


@dataclass(frozen=True)
class Unfollow(Inbound):
    """Follows no longer."""


@dataclass(frozen=True)
class Scan(Inbound):
    """A follower scanned a QR code of ours."""

    scene: str


@dataclass(frozen=True)
class MenuClick(Inbound):
    """A click button of the menu."""

    key: str


@dataclass(frozen=True)
class TemplateResult(Inbound):
    """How one or more sends ended: ((msgid, status), …), `success` or `failed:…`."""

    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MassResult(Inbound):
    """How a mass message ended, in numbers."""

    msg_id: str
    status: str
    counts: Mapping[str, int]
    """total, filtered, sent, failed."""


@dataclass(frozen=True)
class SubscribeChange(Inbound):
    """What the person answered to a popup, or switched in the settings: {template id: accept or reject}."""

    answers: Mapping[str, str]
    from_popup: bool


@dataclass(frozen=True)
class Unknown(Inbound):
    """A kind we do not act on; kept raw."""

    kind: str


Reader = Callable[[str, datetime | None, Mapping[str, Any]], Inbound]
"""(openid, when it was made, fields) → the message."""


def read(body: str) -> Inbound:
    """The message in a clear body. Raises Malformed."""
    return read_fields(fields_of(body))


def read_fields(fields: Mapping[str, Any]) -> Inbound:
    """The message in its fields. Raises Malformed."""
    kind = kind_of(fields)
    openid = _text(fields, "FromUserName")
    try:
        at = _made_at(fields)
        reader = _READERS.get(kind)
        return reader(openid, at, fields) if reader else Unknown(openid, at, kind)
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        raise Malformed("a value of the wrong kind") from None


def _made_at(fields: Mapping[str, Any]) -> datetime | None:
    """A message is not lost for the time it bears: what was said counts more."""
    try:
        second = int(fields.get("CreateTime", 0))
        return datetime.fromtimestamp(second, UTC) if second > 0 else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def kind_of(fields: Mapping[str, Any]) -> str:
    """text, image … or event.<name>, in lower case: WeChat's own spelling varies. Raises Malformed."""
    kind = _text(fields, "MsgType").lower()
    return f"event.{_text(fields, 'Event').lower()}"[:48] if kind == "event" else kind[:48]


def filed_under(app_id: str, fields: Mapping[str, Any]) -> tuple[str, str]:
    """(dedupe key, kind) to keep a signed message by, also one that cannot be read: that one as a whole."""
    try:
        return dedupe_key(app_id, fields), kind_of(fields)
    except Malformed:
        return _digest([app_id, UNREADABLE, sorted(fields.items())]), UNREADABLE


def dedupe_key(app_id: str, fields: Mapping[str, Any]) -> str:
    """What is the same in every repeat of one message and different in any other.

    MsgId alone has collided between users, and a second can hold several events of one user
    (WxJava #333, weixin-java-tools #66): so app and sender always count, and of an event all that tells it.
    """
    parts: list[Any] = [app_id, fields.get("FromUserName")]
    if fields.get("MsgId"):
        parts.append(str(fields["MsgId"]))
    else:
        kind = kind_of(fields)
        parts += [
            kind,
            *(str(fields.get(name, "")) for name in ("CreateTime", "EventKey", "MsgID", "Ticket")),
        ]
        parts += [sorted(item.items()) for item in items_of(fields, _WRAPPERS.get(kind, ""))]
    return _digest(parts)


def _digest(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(name)
    return value


def _patient_text(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    option = fields.get("bizmsgmenuid")
    return PatientText(openid, at, seen_only(str(fields.get("Content", ""))), str(option) if option else None)


def _media(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    return PatientMedia(openid, at, kind_of(fields), _text(fields, "MediaId"))


def _location(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    latitude, longitude = float(fields["Location_X"]), float(fields["Location_Y"])
    return PatientLocation(openid, at, latitude, longitude, str(fields.get("Label", "")))


def _other(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    return PatientOther(openid, at, kind_of(fields), str(fields.get("Title", "")))


def _follow(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    key = str(fields.get("EventKey", ""))
    return Follow(openid, at, key.removeprefix("qrscene_") if key.startswith("qrscene_") else None)


def _template_result(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    # MsgID here, MsgId in messages.
    return TemplateResult(openid, at, ((str(fields["MsgID"]), str(fields.get("Status", ""))),))


def _subscribe_sent(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    items = items_of(fields, _WRAPPERS["event.subscribe_msg_sent_event"])
    return TemplateResult(openid, at, tuple((str(item["MsgID"]), _status(item)) for item in items))


def _status(item: Mapping[str, Any]) -> str:
    return "success" if str(item.get("ErrorCode", "0")) == "0" else str(item.get("ErrorStatus", "failed"))


def _mass_result(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
    names = {"total": "TotalCount", "filtered": "FilterCount", "sent": "SentCount", "failed": "ErrorCount"}
    counts = {ours: int(fields.get(theirs) or 0) for ours, theirs in names.items()}
    msg_id = fields.get("MsgID") or fields["MsgId"]
    return MassResult(openid, at, str(msg_id), str(fields.get("Status", "")), counts)


def _subscription(from_popup: bool, wrapper: str) -> Reader:
    def reader(openid: str, at: datetime | None, fields: Mapping[str, Any]) -> Inbound:
        answers = {
            str(item["TemplateId"]): str(item.get("SubscribeStatusString", "")).lower()
            for item in items_of(fields, wrapper)
            if "TemplateId" in item
        }
        return SubscribeChange(openid, at, answers, from_popup)

    return reader


_WRAPPERS = {
    "event.subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "event.subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "event.subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}

_READERS: dict[str, Reader] = {
    "text": _patient_text,
    "image": _media,
    "voice": _media,
    "video": _media,
    "shortvideo": _media,
    "location": _location,
    "link": _other,
    "miniprogrampage": _other,
    "event.subscribe": _follow,
    "event.unsubscribe": lambda openid, at, fields: Unfollow(openid, at),
    "event.scan": lambda openid, at, fields: Scan(openid, at, str(fields.get("EventKey", ""))),
    "event.click": lambda openid, at, fields: MenuClick(openid, at, str(fields.get("EventKey", ""))),
    "event.templatesendjobfinish": _template_result,
    "event.subscribe_msg_sent_event": _subscribe_sent,
    "event.masssendjobfinish": _mass_result,
    "event.subscribe_msg_popup_event": _subscription(True, "SubscribeMsgPopupEvent"),
    "event.subscribe_msg_change_event": _subscription(False, "SubscribeMsgChangeEvent"),
}

KINDS = frozenset(_READERS)
"""Everything that is read; any other kind is kept raw."""
