"""Mass messages by tag or to all, and previews. Source: developers.weixin.qq.com, 群发接口, read 2026."""

from typing import Any

from emulator.api.drafts import find_draft
from emulator.api.finish import announce, take_fault
from emulator.api.media import need_media
from emulator.api.wire import Body, Call, Refusal, endpoint, ok
from emulator.config import Person

CLIENT_ID_BYTES = 64
LIST_SIZE = 10_000
Lines = list[dict[str, Any]]


class Filter(Body):
    is_to_all: bool = False
    tag_id: int | None = None
    group_id: int | str | None = None
    """The name of tag_id before 2016, which old clients still send."""


class MediaBox(Body):
    media_id: str


class Text(Body):
    content: str


class Images(Body):
    media_ids: list[str]
    recommend: str = ""
    need_open_comment: int = 0
    only_fans_can_comment: int = 0


class Content(Body):
    msgtype: str
    text: Text | None = None
    mpnews: MediaBox | None = None
    image: MediaBox | None = None
    images: Images | None = None
    voice: MediaBox | None = None
    send_ignore_reprint: int = 0
    clientmsgid: str | None = None


class ToTag(Content):
    filter: Filter


class ToMany(Content):
    touser: list[str]


class ToOne(Content):
    touser: str | None = None
    towxname: str | None = None


class MassId(Body):
    msg_id: int


@endpoint("POST", "/cgi-bin/message/mass/sendall", caller="oa", body=ToTag)
def send_all(call: Call) -> dict[str, Any]:
    return _send(call, _recipients(call, call.body.filter))


@endpoint("POST", "/cgi-bin/message/mass/send", caller="oa", body=ToMany)
def send_to_list(call: Call) -> dict[str, Any]:
    """Send to a list of openids; those who do not follow count as errors."""
    openids: list[str] = call.body.touser
    if len(openids) < 2:
        raise Refusal(40130, "invalid openid list size, at least two openid")
    if len(openids) > LIST_SIZE:
        raise Refusal(40032, "invalid openid list size")
    return _send(call, [call.person(openid, 40031) for openid in dict.fromkeys(openids)])


def _send(call: Call, people: list[Person]) -> dict[str, Any]:
    """Deliver to those who follow and have a message left this month, and announce the numbers."""
    message: Content = call.body
    mass = call.platform.mass
    _refuse_repeat(call)
    lines = _lines(call, message)
    followers = [one for one in people if call.platform.people.follows(one.id)]
    fault = take_fault(call)
    reached = [] if fault == "system_failed" else [one for one in followers if mass.spend(one.id)]
    for person in reached:
        for line in lines:
            call.platform.chats.add(person.id, "account", **line)
    msg_id = call.platform.store.next_id(1_000_000_000)
    mass.keep(message.clientmsgid, msg_id, "SEND_FAIL" if fault == "system_failed" else "SEND_SUCCESS")
    _finish(call, msg_id, len(people), len(reached), fault)
    if message.mpnews is None:
        return ok(msg_id=msg_id)
    # A draft's media_id dies with a successful send.
    call.platform.store.section("drafts").pop(message.mpnews.media_id, None)
    return ok(msg_id=msg_id, msg_data_id=call.platform.store.next_id(2_247_000_000))


@endpoint("POST", "/cgi-bin/message/mass/preview", caller="oa", body=ToOne)
def preview(call: Call) -> dict[str, Any]:
    """Show the message to one follower; it does not count toward the month's four."""
    message: ToOne = call.body
    person = _preview_reader(call, message)
    if not call.platform.people.follows(person.id):
        raise Refusal(43004, "require subscribe")
    for line in _lines(call, message):
        call.platform.chats.add(person.id, "account", **line)
    return ok(msg_id=call.platform.store.next_id(1_000_000_000))


@endpoint("POST", "/cgi-bin/message/mass/get", caller="oa", body=MassId)
def mass_status(call: Call) -> dict[str, Any]:
    status = call.platform.mass.status(call.body.msg_id)
    if status is None:
        raise Refusal(40059, "invalid msg id")
    return {"msg_id": call.body.msg_id, "msg_status": status}


def _preview_reader(call: Call, message: ToOne) -> Person:
    """The follower by openid, or by WeChat name, which here is a person's id, name or nickname."""
    if message.touser:
        return call.person(message.touser)
    for person in call.platform.config.people:
        if message.towxname and message.towxname in (person.id, person.name, person.nickname):
            return person
    raise Refusal(40132, "invalid username")


def _refuse_repeat(call: Call) -> None:
    client_id = call.body.clientmsgid
    if not client_id:
        return
    if len(client_id.encode()) > CLIENT_ID_BYTES:
        raise Refusal(45067, "clientmsgid size out of limit")
    known = call.platform.mass.known(client_id)
    if known is not None:
        raise Refusal(45065, "clientmsgid exist", msg_id=known)


def _recipients(call: Call, chosen: Filter) -> list[Person]:
    people = call.platform.people
    if chosen.is_to_all:
        openids = people.followers()
    else:
        tag = chosen.tag_id if chosen.tag_id is not None else chosen.group_id
        if tag is None or not str(tag).isdigit() or not call.platform.tags.exists(int(tag)):
            raise Refusal(40152, "invalid tag id")
        openids = people.followers_with(int(tag))
    return [call.person(openid) for openid in openids]


def _lines(call: Call, message: Content) -> Lines:
    if message.msgtype not in _READERS:
        raise Refusal(40008, "invalid message type")
    box = getattr(message, message.msgtype)
    if box is None:
        raise Refusal(44004, f"empty content: {message.msgtype} is missing")
    return _READERS[message.msgtype](call, box)


def _text(call: Call, box: Any) -> Lines:
    if not box.content:
        raise Refusal(44004, "empty content")
    return [{"kind": "text", "content": box.content}]


def _articles(call: Call, box: Any) -> Lines:
    rows = find_draft(call, box.media_id)["articles"]
    articles = [
        {"title": row["title"], "description": row["digest"], "picture": row["cover"], "url": row["url"]}
        for row in rows
    ]
    return [{"kind": "article", "articles": articles}]


def _image(call: Call, box: Any) -> Lines:
    return [{"kind": "image", "url": f"/phone/media/{need_media(call, box.media_id)}"}]


def _images(call: Call, box: Any) -> Lines:
    return [{"kind": "image", "url": f"/phone/media/{need_media(call, one)}"} for one in box.media_ids]


def _voice(call: Call, box: Any) -> Lines:
    return [{"kind": "voice", "url": f"/phone/media/{need_media(call, box.media_id)}", "seconds": None}]


_READERS = {"text": _text, "mpnews": _articles, "image": _image, "images": _images, "voice": _voice}


def _finish(call: Call, msg_id: int, total: int, sent: int, fault: str | None) -> None:
    fields: dict[str, Any] = {
        "MsgType": "event",
        "Event": "MASSSENDJOBFINISH",
        "MsgID": msg_id,
        "Status": "send fail" if fault == "system_failed" else "send success",
        "TotalCount": total,
        "FilterCount": total,
        "SentCount": sent,
        "ErrorCount": total - sent,
        "CopyrightCheckResult": {"Count": 0, "ResultList": "", "CheckState": 0},
        "ArticleUrlResult": {"Count": 0, "ResultList": ""},
    }
    announce(call, call.platform.people.helper_openid(), fields, fault)
