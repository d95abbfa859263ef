"""An unmodified wechatpy client, with only its host changed, finds what it expects."""

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.client.api import WeChatWxa
from wechatpy.exceptions import WeChatClientException
from wechatpy.oauth import WeChatOAuth

from tests.emulator.desk import Desk

LI, WANG = "li-jianguo", "wang-guifang"
# wechatpy 1.8 calls its own deprecated methods.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class ToEmulator(HTTPAdapter):
    """Sends what is meant for WeChat's hosts to the emulator."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._netloc = urlsplit(url).netloc

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        assert parts.hostname == "api.weixin.qq.com"
        request.url = urlunsplit(parts._replace(scheme="http", netloc=self._netloc))
        return super().send(request, *args, **kwargs)


def client_of(desk: Desk, app: str) -> WeChatClient:
    account = desk.config[app]
    client = WeChatClient(account["appid"], account["secret"], timeout=10)
    client._http.mount("https://", ToEmulator(desk.url))
    return client


@pytest.fixture
def client(desk: Desk) -> Iterator[WeChatClient]:
    client = client_of(desk, "oa")
    yield client
    client._http.close()


def test_users(desk: Desk, client: WeChatClient) -> None:
    desk.act(LI, "follow")
    openid = desk.openid(LI)
    assert client.user.get(openid)["unionid"] == desk.unionids[LI]
    assert [user["openid"] for user in client.user.get_batch([openid])] == [openid]
    assert list(client.user.iter_followers()) == [openid]
    client.user.update_remark(openid, "老李")
    assert client.user.get(openid)["remark"] == "老李"


def test_templates(desk: Desk, client: WeChatClient) -> None:
    desk.act(LI, "follow")
    template = client.template.get_all_private_template()["template_list"][0]
    data = {
        "thing1": {"value": "随访"},
        "time2": {"value": "10:00"},
        "thing3": {"value": "心内科", "color": "#f00"},
    }
    sent = client.message.send_template(
        desk.openid(LI),
        template["template_id"],
        data,
        url="http://hospital.example",
        mini_program={"appid": desk.config["mp"]["appid"], "pagepath": "pages/plan"},
    )
    assert sent["msgid"] > 2**32
    with pytest.raises(WeChatClientException) as refused:
        client.message.send_template(desk.openid(WANG), template["template_id"], data)
    assert refused.value.errcode == 43004


def test_customer_messages(desk: Desk, client: WeChatClient) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "text", content="你好")
    openid = desk.openid(LI)
    media = client.media.upload("image", ("a.jpg", io.BytesIO(b"jpeg")))
    client.message.send_text(openid, "您好")
    client.message.send_image(openid, media["media_id"])
    client.message.send_articles(
        openid,
        [
            {
                "title": "控盐",
                "description": "少",
                "url": "http://a.example",
                "image": "http://a.example/a.jpg",
            }
        ],
    )
    assert [line["kind"] for line in desk.chat(LI)][-3:] == ["text", "image", "news"]


def test_tags(desk: Desk, client: WeChatClient) -> None:
    desk.act(LI, "follow")
    openid = desk.openid(LI)
    tag = client.tag.create("高血压")
    client.tag.tag_user(tag["id"], openid)
    assert client.tag.get_user_tag(openid) == [tag["id"]]
    assert list(client.tag.iter_tag_users(tag["id"])) == [openid]
    client.tag.update(tag["id"], "血压")
    client.tag.untag_user(tag["id"], [openid])
    assert {"id": tag["id"], "name": "血压", "count": 0} in client.tag.get()
    client.tag.delete(tag["id"])
    assert tag["id"] not in [one["id"] for one in client.tag.get()]


def test_qr_codes(desk: Desk, client: WeChatClient) -> None:
    code = client.qrcode.create(
        {"expire_seconds": 1800, "action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 123}}}
    )
    desk.act(LI, "scan", content=client.qrcode.get_url(code))
    [event] = desk.receiver.wait_for("subscribe")
    assert event["EventKey"] == "qrscene_123"


def test_media(client: WeChatClient) -> None:
    media = client.media.upload("image", ("a.jpg", io.BytesIO(b"jpeg")))
    assert client.media.download(media["media_id"]).content == b"jpeg"
    assert client.media.upload_image(("a.png", io.BytesIO(b"png"))).startswith("http")


def test_menus(client: WeChatClient) -> None:
    client.menu.create({"button": [{"type": "click", "name": "今日", "key": "today"}]})
    assert client.menu.get()["menu"]["button"][0]["key"] == "today"
    client.menu.delete()
    with pytest.raises(WeChatClientException) as missing:
        client.get("menu/get")
    assert missing.value.errcode == 46003


def test_mass_messages(desk: Desk, client: WeChatClient) -> None:
    desk.act(LI, "follow")
    tag = client.tag.create("高血压")
    client.tag.tag_user(tag["id"], desk.openid(LI))
    sent = client.message.send_mass_text(tag["id"], "控盐", client_msg_id="tip-1")
    assert client.message.get_mass(sent["msg_id"])["msg_status"] == "SEND_SUCCESS"
    client.message.send_mass_text(desk.openid(LI), "预览", preview=True)
    assert [line["content"] for line in desk.chat(LI)][-2:] == ["控盐", "预览"]


def test_the_mini_program(desk: Desk) -> None:
    client = client_of(desk, "mp")
    wxa: WeChatWxa = client.wxa
    session = wxa.code_to_session(desk.act(LI, "login-code")["code"])
    assert session["openid"] == desk.openid(LI, "mp")
    template = desk.config["subscribe_templates"][0]["priTmplId"]
    desk.act(LI, "subscribe-popup", template_ids=[template], answers={template: "accept"})
    data = {"thing1": {"value": "氨氯地平"}, "time2": {"value": "08:00"}, "thing3": {"value": "早饭后"}}
    assert wxa.send_subscribe_message(session["openid"], template, data)["errcode"] == 0
    client._http.close()


def test_oauth(desk: Desk) -> None:
    account = desk.config["oa"]
    oauth = WeChatOAuth(
        account["appid"], account["secret"], "http://hospital.example/back", "snsapi_userinfo", "s"
    )
    oauth._http.mount("https://", ToEmulator(desk.url))
    asked = urlsplit(oauth.authorize_url)
    with requests.Session() as phone:
        phone.post(f"{desk.url}/phone/api/people/{LI}/pick", timeout=10)
        back = phone.get(f"{desk.url}{asked.path}?{asked.query}", allow_redirects=False, timeout=10)
    code = back.headers["Location"].split("code=")[1].split("&")[0]
    assert oauth.fetch_access_token(code)["openid"] == desk.openid(LI)
    assert oauth.get_user_info()["unionid"] == desk.unionids[LI]
    assert oauth.check_access_token() is True
    oauth.refresh_access_token(oauth.refresh_token)
    oauth._http.close()
