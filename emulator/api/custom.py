"""Customer-service messages: replies inside the window a person's action has opened.

Source: developers.weixin.qq.com, customer-message/send, read 2026.
"""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from emulator.api.media import need_media
from emulator.api.wire import Body, Call, Refusal, endpoint, ok

TEXT_BYTES = 2048
_CLOSED = {
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
}


class Custom(BaseModel):
    """The common keys; the one named by `msgtype` is read by its own shape."""

    model_config = ConfigDict(extra="allow")
    touser: str
    msgtype: str
    customservice: dict[str, str] | None = None


class Typing(Body):
    touser: str
    command: str


class Text(Body):
    content: str


class MediaBox(Body):
    media_id: str


class Article(Body):
    title: str
    description: str = ""
    url: str = ""
    picurl: str = ""


class News(Body):
    articles: list[Article]


class MenuItem(Body):
    id: str
    content: str


class Menu(Body):
    head_content: str = ""
    list: list[MenuItem]
    tail_content: str = ""


class Page(Body):
    title: str = ""
    appid: str | None = None
    pagepath: str
    thumb_media_id: str


class Link(Body):
    title: str
    description: str = ""
    url: str
    thumb_url: str = ""


@endpoint("POST", "/cgi-bin/message/custom/send", caller="any", body=Custom)
def send_custom(call: Call) -> dict[str, Any]:
    message: Custom = call.body
    person = call.person(message.touser)
    line = _line(call, message)
    platform = call.platform
    if call.kind == "oa" and not platform.people.follows(person.id):
        raise Refusal(45015, _CLOSED[45015])
    errcode = platform.windows.spend(call.kind, person.id)
    if errcode:
        raise Refusal(errcode, _CLOSED[errcode])
    source = {"source": call.account.name} if call.kind == "mp" else {}
    platform.chats.add(person.id, "account", **line | source)
    return ok()


@endpoint("POST", "/cgi-bin/message/custom/typing", caller="oa", body=Typing)
def show_typing(call: Call) -> dict[str, Any]:
    person = call.person(call.body.touser)
    if call.body.command not in ("Typing", "CancelTyping"):
        raise Refusal(45072, "command only can be Typing or CancelTyping")
    if call.platform.windows.current("oa", person.id) is None:
        raise Refusal(45080, "no message from the user lately")
    return ok()


def _line(call: Call, message: Custom) -> dict[str, Any]:
    """The message as a chat line. Raises Refusal for a shape or content WeChat refuses."""
    readers = _OA_READERS if call.kind == "oa" else _MP_READERS
    if message.msgtype not in readers:
        raise Refusal(40008, "invalid message type")
    shape, read = readers[message.msgtype]
    boxes = message.model_extra or {}
    strange = [name for name in boxes if name != message.msgtype]
    if strange:
        raise Refusal(47001, f"data format error: unknown key {strange[0]}")
    try:
        return read(call, shape.model_validate(boxes.get(message.msgtype)))
    except ValidationError as error:
        item = error.errors(include_input=False)[0]
        where = ".".join([message.msgtype, *(str(part) for part in item["loc"])])
        raise Refusal(47001, f"data format error: {where} {item['msg']}") from None


def _text(call: Call, box: Text) -> dict[str, Any]:
    if not box.content:
        raise Refusal(44004, "empty content")
    if len(box.content.encode()) > TEXT_BYTES:
        raise Refusal(45002, "content size out of limit")
    return {"kind": "text", "content": box.content}


def _image(call: Call, box: MediaBox) -> dict[str, Any]:
    return {"kind": "image", "url": f"/phone/media/{need_media(call, box.media_id)}"}


def _voice(call: Call, box: MediaBox) -> dict[str, Any]:
    return {"kind": "voice", "url": f"/phone/media/{need_media(call, box.media_id)}", "seconds": None}


def _news(call: Call, box: News) -> dict[str, Any]:
    if len(box.articles) != 1:
        raise Refusal(45008, "article size out of limit")
    one = box.articles[0]
    article = {"title": one.title, "description": one.description, "picture": one.picurl, "url": one.url}
    return {"kind": "news", "articles": [article]}


def _menu(call: Call, box: Menu) -> dict[str, Any]:
    items = [item.model_dump() for item in box.list]
    return {
        "kind": "msgmenu",
        "head_content": box.head_content,
        "list": items,
        "tail_content": box.tail_content,
    }


def _page(call: Call, box: Page) -> dict[str, Any]:
    appid = box.appid or call.account.appid
    if appid != call.platform.config.mp.appid:
        raise Refusal(40013, "invalid appid")
    thumb_url = f"/phone/media/{need_media(call, box.thumb_media_id)}"
    return {
        "kind": "miniprogram",
        "title": box.title,
        "appid": appid,
        "pagepath": box.pagepath,
        "thumb_url": thumb_url,
        "source": call.platform.config.mp.name,
    }


def _link(call: Call, box: Link) -> dict[str, Any]:
    article = {"title": box.title, "description": box.description, "picture": box.thumb_url, "url": box.url}
    return {"kind": "news", "articles": [article]}


_Reader = tuple[type[BaseModel], Callable[[Call, Any], dict[str, Any]]]
_OA_READERS: dict[str, _Reader] = {
    "text": (Text, _text),
    "image": (MediaBox, _image),
    "voice": (MediaBox, _voice),
    "news": (News, _news),
    "msgmenu": (Menu, _menu),
    "miniprogrampage": (Page, _page),
}
_MP_READERS: dict[str, _Reader] = {
    "text": (Text, _text),
    "image": (MediaBox, _image),
    "link": (Link, _link),
    "miniprogrampage": (Page, _page),
}
