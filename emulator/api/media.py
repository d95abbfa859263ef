"""Media upload and download. Source: developers.weixin.qq.com, 素材管理, read 2026."""

from typing import Any

from emulator.api.wire import Binary, Body, Call, Refusal, endpoint

MEGABYTE = 1024 * 1024
LIMITS = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "thumb": 64 * 1024}
_SIZE_ERRCODES = {"image": 40009, "voice": 40010, "video": 40011, "thumb": 40012}
_ENDINGS = {
    "image": ("png", "jpeg", "jpg", "gif"),
    "voice": ("amr", "mp3"),
    "video": ("mp4",),
    "thumb": ("jpg", "jpeg"),
}


class MediaId(Body):
    media_id: str


@endpoint("POST", "/cgi-bin/media/upload", caller="any", upload=True)
def upload(call: Call) -> dict[str, Any]:
    kind = call.query.get("type", "")
    media_id = _keep(call, kind, permanent=False)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: media_id, "created_at": int(call.platform.clock.now())}


@endpoint("GET", "/cgi-bin/media/get", caller="any")
def download(call: Call) -> Binary:
    media_id = call.query.get("media_id", "")
    row = call.platform.media.find(media_id, call.account.appid)
    if row is None or row["permanent"]:
        raise Refusal(40007, "invalid media_id")
    return Binary(call.platform.media.read(media_id), row["content_type"], row["filename"])


@endpoint("POST", "/cgi-bin/media/uploadimg", caller="oa", upload=True)
def upload_article_image(call: Call) -> dict[str, Any]:
    """A picture for use inside articles: an address, no media_id."""
    if call.upload and len(call.upload.content) >= MEGABYTE:
        raise Refusal(40009, "invalid image size")
    return {"url": _address(call, _keep(call, "image", permanent=True))}


@endpoint("POST", "/cgi-bin/material/add_material", caller="oa", upload=True)
def add_material(call: Call) -> dict[str, Any]:
    """Permanent material; articles need one for their cover."""
    media_id = _keep(call, call.query.get("type", ""), permanent=True)
    return {"media_id": media_id, "url": _address(call, media_id)}


@endpoint("POST", "/cgi-bin/material/get_material", caller="oa", body=MediaId)
def get_material(call: Call) -> Binary:
    row = call.platform.media.find(call.body.media_id, call.account.appid)
    if row is None or not row["permanent"]:
        raise Refusal(40007, "invalid media_id")
    return Binary(call.platform.media.read(call.body.media_id), row["content_type"], row["filename"])


def need_media(call: Call, media_id: str) -> str:
    """A media_id of the calling app, alive. Raises Refusal 40007."""
    if call.platform.media.find(media_id, call.account.appid) is None:
        raise Refusal(40007, "invalid media_id")
    return media_id


def _keep(call: Call, kind: str, permanent: bool) -> str:
    if kind not in LIMITS:
        raise Refusal(40004, "invalid media type")
    file = call.upload
    if file is None or not file.content:
        raise Refusal(44001, "empty media data")
    if file.filename.rsplit(".", 1)[-1].lower() not in _ENDINGS[kind]:
        raise Refusal(40005, "invalid file type")
    if len(file.content) > LIMITS[kind]:
        raise Refusal(_SIZE_ERRCODES[kind], f"invalid {kind} size")
    content_type = file.content_type or "application/octet-stream"
    return call.platform.media.keep(
        call.account.appid, kind, file.content, content_type, file.filename, permanent
    )


def _address(call: Call, media_id: str) -> str:
    return f"{call.platform.base_url}/phone/media/{media_id}"
