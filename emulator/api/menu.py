"""The account's menu. Source: developers.weixin.qq.com, 自定义菜单, read 2026."""

from typing import Any

from pydantic import Field

from emulator.api.wire import Body, Call, Refusal, endpoint, ok

_NEEDS = {
    "click": ("key",),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
}
_MISSING = {"key": (40019, "invalid button key size"), "url": (40020, "invalid button url size")}


class Button(Body):
    name: str
    type: str | None = None
    key: str | None = None
    url: str | None = None
    appid: str | None = None
    pagepath: str | None = None
    sub_button: list["Button"] = Field(default_factory=list)


class Menu(Body):
    button: list[Button]


@endpoint("POST", "/cgi-bin/menu/create", caller="oa", body=Menu)
def create_menu(call: Call) -> dict[str, Any]:
    buttons: list[Button] = call.body.button
    if not 1 <= len(buttons) <= 3:
        raise Refusal(40016, "invalid button size")
    for button in buttons:
        _check(call, button, top=True)
    menu = call.platform.store.section("menu")
    shown = [button.model_dump(exclude_none=True) for button in buttons]
    menu.update(button=shown, menuid=call.platform.store.next_id(400_000_000))
    return ok()


@endpoint("GET", "/cgi-bin/menu/get", caller="oa")
def get_menu(call: Call) -> dict[str, Any]:
    menu = call.platform.store.section("menu")
    if not menu:
        raise Refusal(46003, "menu no exist")
    return {"menu": dict(menu)}


@endpoint("GET", "/cgi-bin/menu/delete", caller="oa")
def delete_menu(call: Call) -> dict[str, Any]:
    call.platform.store.section("menu").clear()
    call.platform.store.touch()
    return ok()


def _check(call: Call, button: Button, top: bool) -> None:
    if not 1 <= len(button.name.encode()) <= (16 if top else 60):
        raise Refusal(40018 if top else 40025, "invalid button name size")
    if button.sub_button:
        if not top or len(button.sub_button) > 5:
            raise Refusal(40023, "invalid sub button size")
        for sub in button.sub_button:
            _check(call, sub, top=False)
        return
    if button.type not in _NEEDS:
        raise Refusal(40017, "invalid button type")
    for name in _NEEDS[button.type]:
        if not getattr(button, name):
            raise Refusal(*_MISSING.get(name, (40017, f"invalid button: {name} is missing")))
    _check_sizes(call, button)


def _check_sizes(call: Call, button: Button) -> None:
    if button.key and len(button.key.encode()) > 128:
        raise Refusal(40019, "invalid button key size")
    if button.url and (len(button.url.encode()) > 1024 or not button.url.startswith(("http://", "https://"))):
        raise Refusal(40020, "invalid button url size")
    if button.type == "miniprogram" and button.appid != call.platform.config.mp.appid:
        raise Refusal(40013, "invalid appid")
