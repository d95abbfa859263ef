"""A passive reply as lines of the chat: the types that WeChat documents, and nothing else."""

from typing import Any

from emulator.push.bodies import BadXml

Line = dict[str, Any]


def chat_lines(fields: dict[str, Any]) -> list[Line]:
    """Lines for Chats.add. Raises BadXml for a reply that WeChat would not accept."""
    for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        if not fields.get(name):
            raise BadXml(f"{name} is missing")
    kind = fields["MsgType"]
    if kind not in _READERS:
        raise BadXml(f"unknown MsgType {kind}")
    return _READERS[kind](fields)


def _text(fields: dict[str, Any]) -> list[Line]:
    content = fields.get("Content", "")
    return [{"kind": "text", "content": content}] if content else []


def _image(fields: dict[str, Any]) -> list[Line]:
    return [{"kind": "image", "url": f"/phone/media/{_media_id(fields, 'Image')}"}]


def _voice(fields: dict[str, Any]) -> list[Line]:
    return [{"kind": "voice", "url": f"/phone/media/{_media_id(fields, 'Voice')}", "seconds": None}]


def _news(fields: dict[str, Any]) -> list[Line]:
    box = fields.get("Articles")
    items = box.get("item", []) if isinstance(box, dict) else []
    articles = [
        {
            "title": item.get("Title", ""),
            "description": item.get("Description", ""),
            "picture": item.get("PicUrl", ""),
            "url": item.get("Url", ""),
        }
        for item in (items if isinstance(items, list) else [items])
    ]
    if not articles:
        raise BadXml("Articles is empty")
    return [{"kind": "news", "articles": articles[:1]}]


def _nothing(fields: dict[str, Any]) -> list[Line]:
    return []


def _unsupported(fields: dict[str, Any]) -> list[Line]:
    return [{"kind": "unsupported", "content": f"[{fields['MsgType']}]"}]


def _media_id(fields: dict[str, Any], box: str) -> str:
    inner = fields.get(box)
    if not isinstance(inner, dict) or not inner.get("MediaId"):
        raise BadXml(f"{box}.MediaId is missing")
    return str(inner["MediaId"])


_READERS = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _unsupported,
    "music": _unsupported,
    "news": _news,
    "transfer_customer_service": _nothing,
}
