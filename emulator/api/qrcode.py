"""Parametric QR codes. Source: developers.weixin.qq.com, 生成带参数的二维码, read 2026."""

from typing import Any
from urllib.parse import unquote

from flask import Response, request

from emulator.api.door import api
from emulator.api.wire import Body, Call, Refusal, endpoint
from emulator.current import platform
from emulator.rules.images import qr_png

LONGEST_SECONDS = 2_592_000
SHORTEST_DEFAULT_SECONDS = 60
PERMANENT_IDS = 100_000


class Scene(Body):
    scene_id: int | None = None
    scene_str: str | None = None


class ActionInfo(Body):
    scene: Scene


class CreateCode(Body):
    expire_seconds: int | None = None
    action_name: str
    action_info: ActionInfo


@endpoint("POST", "/cgi-bin/qrcode/create", caller="oa", body=CreateCode)
def create_code(call: Call) -> dict[str, Any]:
    body: CreateCode = call.body
    permanent = body.action_name.startswith("QR_LIMIT_")
    scene = _scene(body.action_name, body.action_info.scene)
    seconds = None if permanent else body.expire_seconds or SHORTEST_DEFAULT_SECONDS
    if seconds is not None and not 1 <= seconds <= LONGEST_SECONDS:
        raise Refusal(40053, "invalid action info: expire_seconds")
    row = call.platform.qrcodes.create(scene, seconds)
    answer = {"ticket": row["ticket"], "url": row["url"]}
    return answer if seconds is None else answer | {"expire_seconds": seconds}


# Registered before the catch-all: it belongs to mp.weixin.qq.com, takes no token, and is an image.
@api.get("/cgi-bin/showqrcode")
def show_code() -> Response:
    world = platform()
    with world.lock:
        row = world.qrcodes.find(unquote(request.args.get("ticket", "")))
    if row is None or not world.qrcodes.alive(row):
        return Response("404 Not Found", 404, content_type="text/plain")
    return Response(qr_png(row["url"]), content_type="image/png")


def _scene(action_name: str, scene: Scene) -> str:
    """The scene as scans report it. Raises Refusal."""
    if action_name in ("QR_SCENE", "QR_LIMIT_SCENE"):
        highest = PERMANENT_IDS if action_name == "QR_LIMIT_SCENE" else 2**32 - 1
        if scene.scene_id is None or not 1 <= scene.scene_id <= highest:
            raise Refusal(40053, "invalid action info: scene_id")
        return str(scene.scene_id)
    if action_name in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        if scene.scene_str is None or not 1 <= len(scene.scene_str) <= 64:
            raise Refusal(40053, "invalid action info: scene_str")
        return scene.scene_str
    raise Refusal(40052, "invalid action name")
