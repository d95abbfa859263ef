"""A proxy of the hospital's network answers in WeChat's place: nothing it says is taken for WeChat's word."""

from collections.abc import Callable, Iterator

import pytest

from app.core.config import Settings
from app.wechat.client import WeChatError
from app.wechat.http_client import HttpWeChat
from app.wiring import Outside
from tests.hospital import Json

TOKEN = "/cgi-bin/stable_token"
WHO = "oSomebody"

SENDS: dict[str, Callable[[HttpWeChat], object]] = {
    "/cgi-bin/message/custom/send": lambda wechat: wechat.send_text(WHO, "您好"),
    "/cgi-bin/message/custom/typing": lambda wechat: wechat.show_typing(WHO),
    "/cgi-bin/message/template/send": lambda wechat: wechat.send_template(WHO, "t", {}, "", "m1"),
    "/cgi-bin/message/subscribe/send": lambda wechat: wechat.send_subscribe(WHO, "t", {}, ""),
    "/cgi-bin/message/mass/sendall": lambda wechat: wechat.send_mass_by_tag(1, "d", "b1"),
    "/cgi-bin/message/mass/preview": lambda wechat: wechat.preview_mass(WHO, "d"),
    "/cgi-bin/tags/members/batchtagging": lambda wechat: wechat.tag_followers(1, [WHO]),
    "/cgi-bin/tags/members/batchuntagging": lambda wechat: wechat.untag_followers(1, [WHO]),
    "/cgi-bin/tags/delete": lambda wechat: wechat.delete_tag(1),
    "/cgi-bin/menu/create": lambda wechat: wechat.set_menu([]),
}
READS: dict[str, Callable[[HttpWeChat], object]] = {
    "/cgi-bin/user/get": lambda wechat: wechat.followers(None),
    "/cgi-bin/user/info": lambda wechat: wechat.follower(WHO),
    "/cgi-bin/user/info/batchget": lambda wechat: wechat.follower_details([WHO]),
    "/cgi-bin/media/get": lambda wechat: wechat.fetch_media("m"),
    "/cgi-bin/qrcode/create": lambda wechat: wechat.create_qr("card_1"),
    "/cgi-bin/tags/create": lambda wechat: wechat.create_tag("高血压"),
    "/cgi-bin/draft/add": lambda wechat: wechat.add_draft("t", "d", "h", "c", ""),
    "/cgi-bin/material/add_material": lambda wechat: wechat.upload_image("a.png", b"x"),
    "/wxa/business/getuserphonenumber": lambda wechat: wechat.phone_number("code"),
    "/sns/jscode2session": lambda wechat: wechat.login_by_code("code"),
    "/sns/oauth2/access_token": lambda wechat: wechat.login_by_oauth("code"),
    TOKEN: lambda wechat: wechat.follower(WHO),
}
CALLS = SENDS | READS


@pytest.fixture
def fresh(settings: Settings, outside: Outside, wechat: Json) -> Iterator[HttpWeChat]:
    client = HttpWeChat(settings, outside.redis)
    yield client
    client.close()


def kind_of(fresh: HttpWeChat, wechat: Json, path: str, fault: str) -> str:
    """The class of the error that this call ends with while somebody else answers it."""
    wechat.post("/operator/api/faults", path=path, kind=fault, times=1, ms=0)
    with pytest.raises(WeChatError) as refused:
        CALLS[path](fresh)
    assert refused.value.endpoint == path
    return refused.value.kind


@pytest.mark.parametrize("path", CALLS)
def test_a_proxys_refusal_is_no_success(fresh: HttpWeChat, wechat: Json, path: str) -> None:
    assert kind_of(fresh, wechat, path, "gateway_403") == "gateway"


@pytest.mark.parametrize("path", CALLS)
def test_json_that_is_not_wechats_is_no_success(fresh: HttpWeChat, wechat: Json, path: str) -> None:
    assert kind_of(fresh, wechat, path, "gateway_200") in ("unknown", "transient")


@pytest.mark.parametrize("path", SENDS)
def test_whether_a_send_went_out_is_not_guessed(fresh: HttpWeChat, wechat: Json, path: str) -> None:
    assert kind_of(fresh, wechat, path, "gateway_200") == "unknown"


@pytest.mark.parametrize("path", CALLS)
def test_a_page_is_no_answer(fresh: HttpWeChat, wechat: Json, path: str) -> None:
    assert kind_of(fresh, wechat, path, "gateway_page_200") == "transient"


@pytest.mark.parametrize(
    "status, kind",
    [(302, "gateway"), (400, "gateway"), (407, "gateway"), (408, "transient"), (425, "transient")]
    + [(429, "transient"), (500, "transient"), (503, "transient"), (504, "unknown")],
)
def test_each_status_says_whether_asking_again_helps(
    fresh: HttpWeChat, wechat: Json, status: int, kind: str
) -> None:
    assert kind_of(fresh, wechat, "/cgi-bin/message/custom/send", f"gateway_{status}") == kind


def test_a_token_that_did_not_come_leaves_no_send_in_doubt(fresh: HttpWeChat, wechat: Json) -> None:
    wechat.post("/operator/api/faults", path=TOKEN, kind="reset_after_accept", times=1, ms=0)
    with pytest.raises(WeChatError) as lost:
        fresh.send_text(WHO, "您好")
    assert (lost.value.endpoint, lost.value.kind) == (TOKEN, "transient")
