"""What a person can do on the phone that changes the platform: follow, write, scan, tap, consent."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from emulator.config import Person
from emulator.platform import Platform
from emulator.push import inbox, subscriptions

POPUP_TEMPLATES = 5


class NotPossible(Exception):
    """WeChat would not let the person do this now; the message is what the phone shows."""


def follow(platform: Platform, person: Person, scene: str | None, ticket: str | None = None) -> bool:
    """Follow the account, through a parametric QR when `scene` is given. False if already following."""
    if platform.people.follows(person.id):
        return False
    platform.people.follow(person.id, scene)
    platform.windows.open("oa", person.id, "touch")
    platform.chats.add(person.id, "system", "event", content=f"你已关注{platform.config.oa.name}")
    fields: dict[str, Any] = {"EventKey": f"qrscene_{scene}" if scene else ""}
    inbox.tell_event(platform, person.id, "subscribe", fields | ({"Ticket": ticket} if ticket else {}))
    return True


def unfollow(platform: Platform, person: Person) -> None:
    if not platform.people.follows(person.id):
        return
    platform.people.unfollow(person.id)
    platform.windows.close("oa", person.id)
    platform.chats.add(person.id, "system", "event", content=f"你已取消关注{platform.config.oa.name}")
    inbox.tell_event(platform, person.id, "unsubscribe", {"EventKey": ""})


def write_text(platform: Platform, person: Person, content: str, bizmsgmenuid: str | None) -> None:
    """Write into the chat; `bizmsgmenuid` when the text was picked from a message menu."""
    need_following(platform, person)
    if not content.strip():
        raise NotPossible("不能发送空白消息")
    platform.chats.add(person.id, "me", "text", content=content)
    extra = {"bizmsgmenuid": bizmsgmenuid} if bizmsgmenuid else {}
    inbox.tell_message(platform, person.id, "text", {"Content": content, **extra})


def need_following(platform: Platform, person: Person) -> None:
    if not platform.people.follows(person.id):
        raise NotPossible("请先关注公众号")


def send_file(
    platform: Platform, person: Person, kind: str, content: bytes, content_type: str, filename: str
) -> None:
    """Send a picture ("image") or a voice message ("voice") into the chat."""
    need_following(platform, person)
    if not content:
        raise NotPossible("文件是空的")
    account = platform.config.oa
    media_id = platform.media.keep(account.appid, kind, content, content_type, filename)
    address = f"/phone/media/{media_id}"
    if kind == "image":
        platform.chats.add(person.id, "me", "image", url=address)
        fields = {"PicUrl": f"{platform.base_url}{address}", "MediaId": media_id}
    else:
        platform.chats.add(person.id, "me", "voice", url=address, seconds=None)
        fields = {"MediaId": media_id, "Format": filename.rsplit(".", 1)[-1].lower()}
    inbox.tell_message(platform, person.id, kind, fields)


def send_location(platform: Platform, person: Person, latitude: float, longitude: float, label: str) -> None:
    need_following(platform, person)
    platform.chats.add(person.id, "me", "location", latitude=latitude, longitude=longitude, label=label)
    place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label}
    inbox.tell_message(platform, person.id, "location", place)


def press_menu(platform: Platform, person: Person, path: list[int]) -> dict[str, Any]:
    """Press a menu button by its place, e.g. [0, 1]. {"open"} is the page it leads to, or None."""
    need_following(platform, person)
    menu = platform.store.section("menu")
    button = _button(menu.get("button", []), path)
    if button["type"] == "click":
        platform.windows.open("oa", person.id, "touch")
        inbox.tell_event(platform, person.id, "CLICK", {"EventKey": button["key"]})
        return {"open": None}
    if button["type"] == "view":
        fields = {"EventKey": button["url"], "MenuId": str(menu["menuid"])}
        inbox.tell_event(platform, person.id, "VIEW", fields)
        return {"open": button["url"]}
    if button["type"] == "miniprogram":
        fields = {"EventKey": button["pagepath"], "MenuId": str(menu["menuid"])}
        inbox.tell_event(platform, person.id, "view_miniprogram", fields)
        return {"open": mini_program(platform, person, button["pagepath"])}
    return {"open": None, "ask": button["type"]}


def scan(platform: Platform, person: Person, content: str) -> dict[str, Any]:
    """Scan a QR code: the account's own (follow or SCAN), or any web address."""
    content = content.strip()
    row = platform.qrcodes.find(_ticket_in(content) or content)
    if row is None:
        if content.startswith(("http://", "https://")):
            return {"open": content, "followed_now": False}
        raise NotPossible("没有识别出可用的二维码")
    if not platform.qrcodes.alive(row):
        raise NotPossible("二维码已过期")
    if follow(platform, person, row["scene"], row["ticket"]):
        return {"open": None, "followed_now": True}
    platform.windows.open("oa", person.id, "touch")
    inbox.tell_event(platform, person.id, "SCAN", {"EventKey": row["scene"], "Ticket": row["ticket"]})
    return {"open": None, "followed_now": False}


def tap(platform: Platform, person: Person, line_id: str, index: int) -> dict[str, Any]:
    """Tap a line of the chat; `index` picks one of several articles."""
    line = platform.chats.find(person.id, line_id)
    if line is None:
        raise NotPossible("没有这条消息")
    if line["kind"] in ("template", "subscribe"):
        return {"open": _card_target(platform, person, line["link"])}
    if line["kind"] in ("news", "article"):
        articles = line["articles"]
        return {"open": articles[index]["url"] or None if 0 <= index < len(articles) else None}
    if line["kind"] == "miniprogram":
        return {"open": mini_program(platform, person, line["pagepath"])}
    return {"open": None}


def mini_program(platform: Platform, person: Person, path: str) -> str:
    """The mini-program's stand-in page, opened on `path` with a fresh wx.login code."""
    web_url = platform.config.mp.web_url
    if not web_url:
        raise NotPossible("没有配置小程序的网页地址")
    query = urlencode({"code": platform.codes.issue("login", person.id), "path": path})
    return f"{web_url}{'&' if '?' in web_url else '?'}{query}"


def answer_popup(
    platform: Platform, person: Person, template_ids: list[str], answers: dict[str, str]
) -> dict[str, str]:
    """Answer a subscription popup; an id without an answer is rejected, an unknown one filtered."""
    found = [platform.config.subscribe_template(one) for one in template_ids]
    templates = [template for template in found if template is not None]
    if len(template_ids) > POPUP_TEMPLATES or len({(one.app, one.type) for one in templates}) > 1:
        raise NotPossible("一次最多订阅五个模板，且一次性与长期、小程序与服务号不能混用")
    results = {one: "filter" for one in template_ids}
    items = []
    for template in templates:
        accepted = answers.get(template.priTmplId) == "accept"
        results[template.priTmplId] = "accept" if accepted else "reject"
        platform.credits.answer(person.id, template, accepted)
        scene = "0" if template.app == "mp" else "1"
        items.append(
            _subscription_item(template.priTmplId, results[template.priTmplId]) | {"PopupScene": scene}
        )
    if items:
        subscriptions.tell(platform, person.id, templates[0].app, "subscribe_msg_popup_event", items)
    return results


def write_to_mini_program(platform: Platform, person: Person, content: str) -> None:
    """Write to the mini-program's customer service; it has a window of its own."""
    if not content.strip():
        raise NotPossible("不能发送空白消息")
    platform.chats.add(person.id, "me", "text", content=content, source=platform.config.mp.name)
    inbox.tell_message(platform, person.id, "text", {"Content": content}, kind="mp")


def enter_mini_program_talk(platform: Platform, person: Person, session_from: str) -> None:
    """Open the mini-program's customer-service talk."""
    platform.windows.open("mp", person.id, "touch")
    fields = {"SessionFrom": session_from}
    inbox.tell_event(platform, person.id, "user_enter_tempsession", fields, kind="mp")


def allow_template(platform: Platform, person: Person, template_id: str) -> None:
    """Switch a template on again in the settings; consent must be given anew."""
    platform.credits.forget(person.id, template_id)


def block_template(platform: Platform, person: Person, template_id: str) -> None:
    """Switch one template off in the settings. Only a subscription template tells its developer."""
    subscribed = platform.config.subscribe_template(template_id)
    if subscribed is None and platform.config.template(template_id) is None:
        raise NotPossible("没有这个模板")
    platform.credits.block(person.id, template_id)
    if subscribed is not None:
        items = [_subscription_item(template_id, "reject")]
        subscriptions.tell(platform, person.id, subscribed.app, "subscribe_msg_change_event", items)


def _subscription_item(template_id: str, status: str) -> dict[str, str]:
    return {"TemplateId": template_id, "SubscribeStatusString": status}


def _button(buttons: list[dict[str, Any]], path: list[int]) -> dict[str, Any]:
    """The button at a path; raises NotPossible for none, or for one that only unfolds."""
    button: dict[str, Any] = {"sub_button": buttons}
    for place in path:
        below = button.get("sub_button", [])
        if not 0 <= place < len(below):
            raise NotPossible("没有这个菜单")
        button = below[place]
    if "type" not in button:
        raise NotPossible("请选择下一级菜单")
    return button


def _card_target(platform: Platform, person: Person, link: dict[str, Any]) -> str | None:
    """Where a card leads: the mini-program wins over the address."""
    page = link.get("miniprogram")
    return mini_program(platform, person, page["pagepath"]) if page else link.get("url")


def _ticket_in(content: str) -> str | None:
    """The ticket of a showqrcode address, for who pastes the picture's link instead of scanning it."""
    parts = urlsplit(content)
    return parse_qs(parts.query).get("ticket", [None])[0] if parts.path.endswith("/showqrcode") else None
